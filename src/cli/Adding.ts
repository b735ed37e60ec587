import * as Effect from "effect/Effect"
import type { AccountId } from "../domain/Address.ts"
import * as Differences from "./Differences.ts"
import { line } from "./Printable.ts"
import { codes } from "./Process.ts"
import * as Session from "./Session.ts"

export interface AddingOptions {
  readonly json: boolean
  /** written out: nobody knows them yet */
  readonly accounts: ReadonlyArray<AccountId>
}

/** Has the processes that have them in their configuration take accounts up, and leave all others as they are. */
export const add = ({ accounts, json }: AddingOptions) =>
  Session.within(() =>
    Effect.gen(function* () {
      const processes = yield* Differences.processes
      const pairs = accounts.flatMap((account) => processes.map((desk) => [desk, account] as const))
      const answers = yield* Effect.forEach(pairs, ([desk, account]) =>
        Effect.map(Differences.asked(desk, desk.client.accounts.add({ path: { account } })), (answer) => ({
          ...answer,
          account
        }))
      )
      yield* Differences.show(answers, json)
      // of several processes it is enough that one has it
      const taken = new Set(answers.flatMap(({ account, difference }) => (difference === undefined ? [] : [account])))
      const wrong = answers
        .filter(({ account }) => !taken.has(account))
        .flatMap(({ desk, wrong }) => wrong.map((text) => `${desk.name} changed nothing: ${line(text)}`))
      if (wrong.length > 0) return yield* Session.fail(wrong, codes.configuration)
    }).pipe(Effect.scoped)
  )
