import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { closeWithin } from "../../adapter/Teardown.ts"
import type { Condition } from "../Crew/Condition.ts"
import type { StoreRefused } from "../KeyedQueue.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import { recall } from "../SqlStore/Recall.ts"
import type { Ledger } from "./Ledger.ts"
import { restore } from "./Restore.ts"

/** Takes an account up for as long as the scope lasts. */
export const adopt = <A>(parts: {
  readonly ledger: Ledger<A>
  readonly journal: Journal
  readonly rest: Condition
  readonly reliefs: ReadonlySet<Effect.Effect<void>>
}): ((account: string) => Effect.Effect<void, StoreRefused, Scope.Scope>) => {
  const { journal, ledger, reliefs, rest } = parts
  const { lanes } = ledger
  /** whose end has yet to come, by account */
  const terms = new Map<string, symbol>()

  const forget = (account: string) =>
    Effect.suspend(() => {
      terms.delete(account)
      ledger.close(account)
      ledger.forget(account)
      rest.check()
      return Effect.forEach(reliefs, (relief) => relief, { discard: true })
    })

  const letGo = (account: string, term: symbol) =>
    Effect.suspend(() => {
      // taken up again before its end came: that one's end is not ours
      if (terms.get(account) !== term) return Effect.void
      // what was offered before the end is kept
      const flushed = Effect.zipRight(
        journal.flush(),
        Effect.sync(() => ledger.close(account))
      )
      const settled = rest.until(() => lanes.heldOf(account) === 0 || terms.get(account) !== term)
      return Effect.zipRight(flushed, settled).pipe(
        Effect.disconnect,
        Effect.interruptible,
        Effect.timeoutOption(closeWithin),
        Effect.zipRight(Effect.suspend(() => (terms.get(account) === term ? forget(account) : Effect.void)))
      )
    })

  return (account) =>
    Effect.gen(function* () {
      const hold = journal.fence.holdOf(account)
      if (hold === undefined) return yield* ledger.strange(account)
      if (terms.has(account)) yield* forget(account)
      const term = Symbol(account)
      terms.set(account, term)
      yield* Effect.addFinalizer(() => letGo(account, term))
      const prefix = yield* recall(journal, ledger.bounds.name, account)
      ledger.adopt(account, { hold, prefix, dead: yield* restore(ledger, journal, account) })
    })
}
