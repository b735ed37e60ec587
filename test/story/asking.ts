import { Effect } from "effect"
import { type Handler, plain, withButtons } from "../../src/handler/Handler.ts"

/** Asks whoever writes, with one button below, and takes half a minute over what was pressed. */
export const asking =
  (question: string, label: string, data: string): Handler =>
  (event) =>
    event._tag === "ButtonPressed"
      ? Effect.as(Effect.sleep("30 seconds"), plain(`pressed ${event.data}`))
      : Effect.succeed(withButtons(plain(question), [[{ _tag: "Press", label, data }]]))
