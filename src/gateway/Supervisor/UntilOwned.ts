import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { StoreRefused } from "../../delivery/KeyedQueue.ts"
import type { Lease, OwnedElsewhere } from "../../delivery/Lease.ts"

/** How soon it is asked again whose an account is: what its owner lets go of is taken over within this. */
export const askedAgain = Duration.seconds(5)

/** A lease may be had a moment after it has expired, and not in it. */
const moment = 100

/** Asks for an account for as long as it takes; `wait` is told, each time, why it is not to be had and when it is asked again. */
export const untilOwned = (
  lease: Effect.Effect<Lease, OwnedElsewhere | StoreRefused>,
  wait: (why: OwnedElsewhere | StoreRefused, until: number, first: boolean) => Effect.Effect<void>
): Effect.Effect<Lease> =>
  Effect.gen(function* () {
    let before: string | undefined
    for (;;) {
      const answer = yield* Effect.either(lease)
      if (Either.isRight(answer)) return answer.right
      const why = answer.left
      const now = yield* Clock.currentTimeMillis
      const latest = now + Duration.toMillis(askedAgain)
      const expires = why._tag === "OwnedElsewhere" ? why.until + moment : latest
      const until = Math.max(now + moment, Math.min(latest, expires))
      yield* wait(why, until, why.message !== before)
      before = why.message
      yield* Effect.sleep(until - now)
    }
  })
