import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AccountId } from "../domain/Address.ts"

/** Sessions that died young, one after the other, before an account counts as flapping. */
export const flappingAfter = 3

/** What a flapping account waits before every attempt, in both tiers, until a session is stable. */
export const flappingDelay = Duration.seconds(30)

/** How the sessions of one account have fared, across lines and adapters. A handshake proves nothing; time does (F26). */
export interface Record {
  readonly connected: Effect.Effect<void>
  /**
   * The session, if there was one, is over: did it last `stableAfter`? Asking again changes nothing. `ours`: we let go of
   * it ourselves, so that its being short is no sign of anything.
   */
  readonly lost: (stableAfter: Duration.Duration, ours?: boolean) => Effect.Effect<boolean>
  readonly flapping: Effect.Effect<boolean>
}

const make: Effect.Effect<Record> = Effect.sync(() => {
  let since: bigint | undefined
  let short = 0
  return {
    connected: Effect.map(Clock.currentTimeNanos, (now) => {
      since = now
    }),
    lost: (stableAfter, ours = false) =>
      Effect.map(Clock.currentTimeNanos, (now) => {
        if (since === undefined) return false
        const stable = Duration.greaterThanOrEqualTo(Duration.nanos(now - since), stableAfter)
        since = undefined
        short = stable ? 0 : ours ? short : short + 1
        return stable
      }),
    flapping: Effect.sync(() => short >= flappingAfter)
  }
})

/** Remembers the stability of every account for as long as the process lives, so that a fresh adapter does not forget it. */
export class Stability extends Context.Tag("holdfast/Stability")<
  Stability,
  { readonly of: (account: AccountId) => Effect.Effect<Record> }
>() {
  static readonly layer: Layer.Layer<Stability> = Layer.sync(Stability, () => {
    const records = new Map<AccountId, Record>()
    return {
      of: (account) =>
        Effect.suspend(() => {
          const known = records.get(account)
          return known === undefined
            ? Effect.tap(make, (record) => Effect.sync(() => void records.set(account, record)))
            : Effect.succeed(known)
        })
    }
  })
}
