import * as Effect from "effect/Effect"
import type { AccountId } from "../domain/Address.ts"
import { ask } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { keepers } from "./Control/Keepers.ts"
import { named } from "./Control/Named.ts"
import { print, printJson } from "./Output.ts"
import { codes } from "./Process.ts"
import * as Session from "./Session.ts"

export interface RemovingOptions {
  readonly json: boolean
  readonly accounts: ReadonlyArray<string>
}

/** Stops accounts, in every process that has them or would like to, until they are added or the configuration is read again. */
export const remove = ({ accounts, json }: RemovingOptions) =>
  Session.within(() =>
    Effect.gen(function* () {
      const desks = yield* Desks.open
      const names = yield* named(desks, accounts)
      const told = names.map((account) => [account, keepers(account, desks.desks)] as const)
      const alone = told.flatMap(([account, desks]) => (desks.length === 0 ? [account] : []))
      if (alone.length > 0)
        return yield* Session.fail(
          alone.map((account) => `no process answers that keeps ${account}; the store is ${desks.store}`),
          codes.unanswered
        )
      const all = told.flatMap(([account, desks]) =>
        desks.flatMap((desk) => {
          const id: AccountId | undefined = desk.accounts.get(account)?.account
          return id === undefined ? [] : [{ desk, id }]
        })
      )
      const differences = yield* Effect.forEach(all, ({ desk, id }) =>
        Effect.map(ask(desk, desk.client.accounts.remove({ path: { account: id } })), (difference) => ({
          ...difference,
          process: desk.process
        }))
      )
      yield* json
        ? printJson(differences)
        : print(names.map((account) => `${account}: removed. holdfast add ${account} takes it up again.`).join("\n"))
    }).pipe(Effect.scoped)
  )
