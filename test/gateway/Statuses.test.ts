import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Ref, Stream } from "effect"
import { accountId } from "../../src/domain/Address.ts"
import { initial } from "../../src/gateway/Status.ts"
import * as Statuses from "../../src/gateway/Statuses.ts"
import { jumping, settle } from "./stage.ts"

const [one, two] = [accountId("fake", "one"), accountId("fake", "two")]

describe("Statuses", () => {
  it.effect("tells what is, and then each change of each account (F46)", () =>
    jumping(
      Effect.gen(function* () {
        const statuses = yield* Statuses.make
        yield* statuses.publish(initial(one, 1))
        const seen: Array<string> = []
        const reader = yield* Effect.fork(
          Stream.runForEach(statuses.changes, ({ account, since }) =>
            Effect.sync(() => seen.push(`${account} ${since}`))
          )
        )
        yield* settle
        yield* statuses.publish(initial(two, 2))
        yield* settle
        yield* statuses.publish(initial(one, 3))
        yield* settle
        yield* statuses.forget(one)
        yield* settle
        yield* Fiber.interrupt(reader)
        expect(seen).toEqual(["fake:one 1", "fake:two 2", "fake:one 3"])
      })
    )
  )

  it.effect("a slow reader skips states, costs nobody anything, and never misses the last of an account (F71)", () =>
    jumping(
      Effect.gen(function* () {
        const statuses = yield* Statuses.make
        const last = yield* Ref.make<Record<string, number>>({})
        let read = 0
        const reader = yield* Effect.fork(
          Stream.runForEach(statuses.changes, ({ account, since }) => {
            read += 1
            return Effect.zipRight(
              Ref.update(last, (all) => ({ ...all, [account]: since })),
              Effect.sleep("1 second")
            )
          })
        )
        for (let n = 1; n <= 500; n++) {
          yield* statuses.publish(initial(one, n))
          yield* statuses.publish(initial(two, n))
          yield* Effect.yieldNow()
        }
        yield* Effect.sleep("10 seconds")
        yield* Fiber.interrupt(reader)
        expect(yield* Ref.get(last)).toEqual({ [one]: 500, [two]: 500 })
        expect(read).toBeLessThan(20)
      })
    )
  )
})
