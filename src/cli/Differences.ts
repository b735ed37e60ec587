import * as Effect from "effect/Effect"
import type { Difference } from "../http/Api/Accounts.ts"
import { ask, type Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { print, printJson } from "./Output.ts"
import { codes, type Ended } from "./Process.ts"
import * as Session from "./Session.ts"

const kinds = ["added", "removed", "changed", "unchanged"] as const

/** What became of the accounts, on one line. */
export const told = (difference: Difference): string => {
  const parts = kinds.flatMap((kind) =>
    difference[kind].length === 0 ? [] : [`${kind}: ${difference[kind].join(", ")}`]
  )
  return parts.length === 0 ? "no account" : parts.join("; ")
}

/** What a process answered that was to change its accounts: what it changed, or the lines that say why it changed nothing. */
export interface Answer {
  readonly desk: Desk
  readonly difference: Difference | undefined
  readonly wrong: ReadonlyArray<string>
}

/** The processes that can be asked to change something; fails where there is none. */
export const processes = Effect.gen(function* () {
  const { desks, store } = yield* Desks.open
  const running = desks.filter(({ process }) => process !== undefined)
  return running.length > 0
    ? running
    : yield* Session.fail([`no process answers: the store is ${store}`], codes.unanswered)
})

/** Its configuration is read anew. */
export const reloading = ({ client }: Desk) => client.configuration.reload({})

/** Asks a process for a change; that its configuration is wrong is an answer too. */
export const asked = (desk: Desk, change: ReturnType<typeof reloading>): Effect.Effect<Answer, Ended> =>
  ask(
    desk,
    Effect.map(change, (difference): Answer => ({ desk, difference, wrong: [] })).pipe(
      Effect.catchTag("BadConfiguration", ({ lines }) => Effect.succeed({ desk, difference: undefined, wrong: lines }))
    )
  )

/** Shows what was changed. */
export const show = (answers: ReadonlyArray<Answer>, json: boolean): Effect.Effect<void> => {
  const done = answers.flatMap(({ desk: { name, process }, difference }) =>
    difference === undefined ? [] : [{ difference, name, process }]
  )
  return json
    ? printJson(done.map(({ difference, process }) => ({ ...difference, process })))
    : print(done.map(({ difference, name }) => `${name}: ${told(difference)}.`).join("\n"))
}
