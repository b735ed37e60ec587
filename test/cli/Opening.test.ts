import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Layer, Logger, type Scope, TestClock } from "effect"
import { DriverMissing } from "../../src/cli/Driver.ts"
import * as Opening from "../../src/cli/Opening.ts"
import type { NotOpened } from "../../src/cli/Store.ts"
import { StoreRefused } from "../../src/delivery/KeyedQueue.ts"
import { StoreTooNew } from "../../src/delivery/SqlStore.ts"

class Kept extends Context.Tag("test/Kept")<Kept, number>() {}

const down = new StoreRefused({ store: "store", cause: "nobody listens (ECONNREFUSED)" })

/** A store that does at each try what stands there, and at the last for ever. */
const store = (...tries: ReadonlyArray<Effect.Effect<number, NotOpened, Scope.Scope>>) => {
  let tried = 0
  let open = 0
  const layer = Layer.scoped(
    Kept,
    Effect.gen(function* () {
      const attempt = tries[Math.min(tried++, tries.length - 1)] ?? Effect.never
      yield* Effect.acquireRelease(
        Effect.sync(() => open++),
        () => Effect.sync(() => open--)
      )
      return yield* attempt
    })
  )
  return { layer, tried: () => tried, open: () => open }
}

/** Opens it in the background, and what is logged meanwhile. */
const opening = (layer: Layer.Layer<Kept, NotOpened>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => lines.push(`${logLevel.label} ${String(message)}`))
    const fiber = yield* Opening.open("the store", layer).pipe(
      Effect.map(Context.get(Kept)),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
      Effect.forkScoped
    )
    yield* TestClock.adjust(0)
    return { fiber, lines }
  })

describe("opening a store", () => {
  it.scoped("that is there says nothing and waits for nothing", () =>
    Effect.gen(function* () {
      const { fiber, lines } = yield* opening(store(Effect.succeed(7)).layer)
      expect(yield* Fiber.join(fiber)).toBe(7)
      expect(lines).toEqual([])
    })
  )

  it.scoped("that is away waits, says so once and then every minute, and goes on when it is back (F61)", () =>
    Effect.gen(function* () {
      const { layer, open, tried } = store(...Array.from({ length: 30 }, () => down), Effect.succeed(7))
      const { fiber, lines } = yield* opening(layer)
      expect(lines).toEqual([
        expect.stringMatching(
          /^WARN the store is not open: nobody listens \(ECONNREFUSED\); no account is connected until it is, and the next try is in 5s$/
        )
      ])
      yield* TestClock.adjust("59 seconds")
      expect(lines).toHaveLength(1)
      for (let minute = 1; minute <= 4; minute++) {
        yield* TestClock.adjust("1 minute")
        expect(lines.length).toBeGreaterThanOrEqual(minute)
        expect(lines.length).toBeLessThanOrEqual(minute + 1)
      }
      expect(lines.at(-1)).toMatch(
        /^WARN the store is still not open, after \dm.*ECONNREFUSED.*next try is in [\d.]+s$/
      )
      yield* TestClock.adjust("15 minutes")
      expect(yield* Fiber.join(fiber)).toBe(7)
      expect(tried()).toBe(31)
      expect(open()).toBe(1)
      expect(lines.at(-1)).toMatch(/^INFO the store is open, after \d+m/)
    })
  )

  it.scoped("tries again after 5 to 30 seconds, never sooner and never later", () =>
    Effect.gen(function* () {
      const { layer, tried } = store(down)
      yield* opening(layer)
      yield* TestClock.adjust("4900 millis")
      expect(tried()).toBe(1)
      yield* TestClock.adjust("100 millis")
      expect(tried()).toBe(2)
      for (let quarter = 0; quarter < 20; quarter++) {
        const before = tried()
        yield* TestClock.adjust("30 seconds")
        expect(tried() - before).toBeGreaterThanOrEqual(1)
        expect(tried() - before).toBeLessThanOrEqual(6)
      }
    })
  )

  it.scoped("leaves nothing open of a try that failed", () =>
    Effect.gen(function* () {
      const { layer, open, tried } = store(down)
      yield* opening(layer)
      yield* TestClock.adjust("10 minutes")
      expect(tried()).toBeGreaterThan(15)
      expect(open()).toBe(0)
    })
  )

  it.scoped("that is large takes as long as it takes, and says every minute that it does (F65)", () =>
    Effect.gen(function* () {
      const { layer } = store(Effect.as(Effect.sleep("150 seconds"), 7))
      const { fiber, lines } = yield* opening(layer)
      yield* TestClock.adjust("150 seconds")
      expect(yield* Fiber.join(fiber)).toBe(7)
      expect(lines).toEqual([
        "INFO the store is being opened, for 1m now",
        "INFO the store is being opened, for 2m now"
      ])
    })
  )

  it.scoped.each<readonly [string, NotOpened]>([
    ["too new", new StoreTooNew({ found: 9, understood: 1 })],
    ["damaged", new StoreRefused({ store: "store", cause: "the file is damaged", lasting: true })],
    ["without a driver", new DriverMissing({ code: "ERR_MODULE_NOT_FOUND" })]
  ])("that is %s fails at once: only a person can mend it", ([, why]) =>
    Effect.gen(function* () {
      const { layer, open, tried } = store(why)
      const { fiber, lines } = yield* opening(layer)
      expect(yield* Fiber.await(fiber)).toEqual(Exit.fail(why))
      expect([tried(), open(), lines]).toEqual([1, 0, []])
    })
  )

  it.scoped("that turns out to need a person after it was away fails then", () =>
    Effect.gen(function* () {
      const late = new StoreTooNew({ found: 9, understood: 1 })
      const { fiber } = yield* opening(store(down, down, late).layer)
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.await(fiber)).toEqual(Exit.fail(late))
    })
  )

  it.scoped("can be interrupted while it waits, and while it tries", () =>
    Effect.gen(function* () {
      const hangs = Effect.uninterruptible(Effect.never)
      for (const [attempt, left] of [
        [down, 0],
        [Effect.never, 0],
        [hangs, 1]
      ] as const) {
        const { layer, open } = store(attempt)
        const { fiber } = yield* opening(layer)
        const ended = yield* Effect.fork(Fiber.interrupt(fiber))
        // what hangs is left behind after 2 seconds, and what closes it after 2 more
        yield* TestClock.adjust("4 seconds")
        expect(Exit.isInterrupted(yield* Fiber.join(ended))).toBe(true)
        expect(open()).toBe(left)
      }
    })
  )

  it.effect("closes the store with its scope, and no sooner", () =>
    Effect.gen(function* () {
      const { layer, open } = store(Effect.succeed(7))
      yield* Effect.scoped(
        Effect.zipRight(
          Opening.open("the store", layer),
          Effect.sync(() => expect(open()).toBe(1))
        )
      )
      expect(open()).toBe(0)
    })
  )
})
