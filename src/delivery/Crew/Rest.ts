import * as Effect from "effect/Effect"
import { monotonic, type Shop } from "./Shop.ts"

/** Succeeds once nothing in the shop is being worked on and nothing is due. */
export const idle = <V, A, B>(shop: Pick<Shop<V, A, B>, "bench" | "lanes" | "rest">): Effect.Effect<void> =>
  Effect.clockWith((clock) => {
    const { bench, lanes, rest } = shop
    lanes.promote(monotonic(clock))
    bench.call()
    return lanes.resting
      ? Effect.void
      : Effect.zipRight(
          rest.until(() => lanes.resting),
          idle(shop)
        )
  })
