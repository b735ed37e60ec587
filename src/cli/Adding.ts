import * as Effect from "effect/Effect"
import type { AccountId } from "../domain/Address.ts"
import { ask, type Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { print, printJson } from "./Output.ts"
import { line } from "./Printable.ts"
import { codes } from "./Process.ts"
import { told } from "./Reload.ts"
import * as Session from "./Session.ts"

export interface AddingOptions {
  readonly json: boolean
  /** written out: nobody knows them yet */
  readonly accounts: ReadonlyArray<AccountId>
}

/** What came of it that a process was to take up an account, or why nothing did. */
const added = (desk: Desk, account: AccountId) =>
  ask(
    desk,
    desk.client.accounts.add({ path: { account } }).pipe(
      Effect.map((difference) => ({ difference, wrong: [] })),
      Effect.catchTag("BadConfiguration", ({ lines }) => Effect.succeed({ difference: undefined, wrong: lines }))
    )
  ).pipe(Effect.map((answer) => ({ ...answer, account, desk })))

/** Has the processes that have them in their configuration take accounts up, and leave all others as they are. */
export const add = ({ accounts, json }: AddingOptions) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { desks, store } = yield* Desks.open
      const processes = desks.filter(({ process }) => process !== undefined)
      if (processes.length === 0)
        return yield* Session.fail([`no process answers: the store is ${store}`], codes.unanswered)
      const pairs = accounts.flatMap((account) => processes.map((desk) => [desk, account] as const))
      const answers = yield* Effect.forEach(pairs, ([desk, account]) => added(desk, account))
      const done = answers.flatMap(({ desk: { name, process }, difference }) =>
        difference === undefined ? [] : [{ difference, name, process }]
      )
      yield* json
        ? printJson(done.map(({ difference, process }) => ({ ...difference, process })))
        : print(done.map(({ difference, name }) => `${name}: ${told(difference)}.`).join("\n"))
      // of several processes it is enough that one has it
      const taken = new Set(answers.flatMap(({ account, difference }) => (difference === undefined ? [] : [account])))
      const wrong = answers
        .filter(({ account }) => !taken.has(account))
        .flatMap(({ desk, wrong }) => wrong.map((text) => `${desk.name} changed nothing: ${line(text)}`))
      if (wrong.length > 0) return yield* Session.fail(wrong, codes.configuration)
    }).pipe(Effect.scoped)
  )
