import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Acknowledgements from "../../src/adapter/Acknowledgements.ts"

it.scoped("what is pressed is acknowledged side by side, and a failure is nobody else's", () =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const offer = yield* Acknowledgements.make((id) => {
      asked.push(id)
      return id === "1" ? Effect.fail({ message: "too late" }) : Effect.sleep("1 second")
    })
    for (let id = 1; id <= 8; id += 1) offer(`${id}`)
    yield* TestClock.adjust(0)
    expect(asked).toHaveLength(8)
    offer("9")
    yield* TestClock.adjust(0)
    expect(asked.at(-1)).toBe("9")
  })
)

it.scoped("what has waited too long to be of use is left out, so that it holds up nothing that is not late", () =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const offer = yield* Acknowledgements.make((id) => {
      asked.push(id)
      return Effect.never
    })
    for (let id = 1; id <= 100; id += 1) offer(`${id}`)
    yield* TestClock.adjust("2999 millis")
    offer("in time")
    yield* TestClock.adjust("1 millis")
    expect(asked).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "in time"])
  })
)

it.scoped("a crowd is not remembered without end", () =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const offer = yield* Acknowledgements.make((id) => Effect.as(Effect.sleep("1 millis"), asked.push(id)))
    for (let id = 1; id <= 10_000; id += 1) offer(`${id}`)
    yield* TestClock.adjust("3 seconds")
    expect(asked.length).toBeLessThan(300)
    expect(asked.length).toBeGreaterThan(200)
  })
)
