import * as Effect from "effect/Effect"
import type { Difference } from "../http/Api/Accounts.ts"
import { ask, type Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { print, printJson } from "./Output.ts"
import { line } from "./Printable.ts"
import { codes } from "./Process.ts"
import * as Session from "./Session.ts"

const kinds = ["added", "removed", "changed", "unchanged"] as const

/** What became of the accounts, on one line. */
export const told = (difference: Difference): string => {
  const parts = kinds.flatMap((kind) =>
    difference[kind].length === 0 ? [] : [`${kind}: ${difference[kind].join(", ")}`]
  )
  return parts.length === 0 ? "no account" : parts.join("; ")
}

/** The difference that a process made, or the lines that say why it made none. */
const reloaded = (desk: Desk) =>
  ask(
    desk,
    desk.client.configuration.reload({}).pipe(
      Effect.map((difference) => ({ difference, wrong: [] })),
      Effect.catchTag("BadConfiguration", ({ lines }) => Effect.succeed({ difference: undefined, wrong: lines }))
    )
  )

/** Has processes read their configuration anew, and says what that changed. */
export const reload = ({ json }: { readonly json: boolean }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { desks, store } = yield* Desks.open
      const processes = desks.filter(({ process }) => process !== undefined)
      if (processes.length === 0)
        return yield* Session.fail([`no process answers: the store is ${store}`], codes.unanswered)
      const answers = yield* Effect.forEach(processes, (desk) =>
        Effect.map(reloaded(desk), (answer) => ({ ...answer, name: desk.name, process: desk.process }))
      )
      const done = answers.flatMap(({ difference, name, process }) =>
        difference === undefined ? [] : [{ difference, name, process }]
      )
      yield* json
        ? printJson(done.map(({ difference, process }) => ({ ...difference, process })))
        : print(done.map(({ difference, name }) => `${name}: ${told(difference)}.`).join("\n"))
      const wrong = answers.flatMap(({ name, wrong }) =>
        wrong.map((text, index) => `${index === 0 ? `${name} changed nothing: ` : ""}${line(text)}`)
      )
      if (wrong.length > 0) return yield* Session.fail(wrong, codes.configuration)
    }).pipe(Effect.scoped)
  )
