import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { KeyedMutex } from "../../../src/gateway/Accounts/KeyedMutex.ts"
import { jumping, settle } from "../stage.ts"

describe("KeyedMutex", () => {
  it.effect("runs what is under one key in order, and other keys beside it", () =>
    jumping(
      Effect.gen(function* () {
        const { alone } = new KeyedMutex<string>()
        const log: Array<string> = []
        const act = (key: string, name: string) =>
          alone(key)(Effect.andThen(Effect.sleep("1 second"), () => log.push(name)))
        yield* Effect.all([act("a", "a1"), act("a", "a2"), act("b", "b1")], { concurrency: "unbounded" })
        expect(log).toEqual(["a1", "b1", "a2"])
      })
    )
  )

  it.effect("finishes what was begun, and gives up waiting, when it is interrupted (F14, F23)", () =>
    jumping(
      Effect.gen(function* () {
        const { alone } = new KeyedMutex<string>()
        const log: Array<string> = []
        const act = (name: string) => alone("a")(Effect.andThen(Effect.sleep("1 second"), () => log.push(name)))
        const first = yield* Effect.fork(act("first"))
        const second = yield* Effect.fork(act("second"))
        yield* settle
        yield* Effect.all([Fiber.interrupt(first), Fiber.interrupt(second)], { concurrency: "unbounded" })
        yield* act("third")
        expect(log).toEqual(["first", "third"])
      })
    )
  )

  it.effect("lets the next one in when one fails or dies", () =>
    Effect.gen(function* () {
      const { alone } = new KeyedMutex<string>()
      yield* Effect.exit(alone("a")(Effect.fail("no")))
      yield* Effect.exit(alone("a")(Effect.die("no")))
      expect(yield* alone("a")(Effect.succeed(1))).toBe(1)
    })
  )
})
