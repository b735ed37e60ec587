import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, FiberId, Logger, Mailbox, type Scope, type Stream } from "effect"
import { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import type { Signal } from "../../src/adapter/Signal.ts"
import { accountId } from "../../src/domain/Address.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { due } from "../../src/gateway/Status.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { echo, fatal, givesUp, jumping, play, settle, status } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const second = accountId("fake", "second")

/** A fake account whose adapters listen like this, on the scope that `open` gives. */
const listening = (
  listen: (attempt: number) => Effect.Effect<Stream.Stream<Signal, AdapterFatal>, never, Scope.Scope>
): Account<never> => {
  const { account } = FakeAdapter.make()
  let attempt = 0
  return {
    ...account,
    open: Effect.gen(function* () {
      attempt += 1
      return { ...(yield* account.open), listen: yield* listen(attempt) }
    })
  }
}

const playAccount = <A, E>(account: Account<never>, test: Effect.Effect<A, E, Gateway>) =>
  jumping(Effect.provide(test, Gateway.layerMemory({ accounts: [account], handler: echo })))

describe("Supervisor, when an adapter dies", () => {
  const ways: ReadonlyArray<readonly [string, Exit.Exit<void, AdapterFatal>, AdapterFatal["reason"]]> = [
    ["gives up (F01, F03)", Exit.fail(fatal(id)), "Exhausted"],
    ["ends as if all were well (F01, F94)", Exit.void, "Ended"],
    ["dies by a defect (F05, F89, F90)", Exit.die(new TypeError("x is not a function")), "Defect"],
    ["is interrupted from within (F04, F05)", Exit.interrupt(FiberId.none), "Defect"]
  ]
  for (const [how, exit, reason] of ways) {
    it.effect(`one that ${how} is heard of within a second, and followed by a fresh one`, () => {
      const fake = FakeAdapter.make({ greeting })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          yield* settle
          expect((yield* status(id)).state._tag).toBe("Connected")
          yield* fake.end(exit)
          yield* settle
          const down = yield* status(id)
          expect(down.state._tag).toBe("Rescheduled")
          expect(due(down.state)).toBeGreaterThan(100)
          expect(down.cause).toContain(reason)
          yield* Effect.sleep("5 seconds")
          const up = yield* status(id)
          expect([up.state._tag, up.generation, fake.opened(), fake.closed()]).toEqual(["Connected", 2, 2, 1])
        })
      )
    })
  }

  const { literals } = AdapterFatal.fields.reason
  it.effect.each(literals.flatMap((reason) => [true, false].map((retryable) => ({ reason, retryable }))))(
    "$reason, retryable: $retryable, reaches the supervisor and gets a due time (F03)",
    (fields) => {
      const fake = FakeAdapter.make({ greeting })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* givesUp(fake, { ...fields, remedy: "Do this." })
          yield* settle
          const { state } = yield* status(id)
          expect(due(state)).toBeGreaterThan(200)
          expect(state).toMatchObject(
            fields.retryable ? { _tag: "Rescheduled" } : { _tag: "Parked", remedy: "Do this." }
          )
        })
      )
    }
  )

  it.effect("a defect while opening is an adapter's death like any other (F89, F90)", () => {
    const fake = FakeAdapter.make({ greeting, open: (attempt) => (attempt === 1 ? Effect.die("oops") : Effect.void) })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        expect((yield* status(id)).state._tag).toBe("Rescheduled")
        expect((yield* status(id)).cause).toContain("Defect: Error: oops")
        yield* Effect.sleep("5 seconds")
        expect((yield* status(id)).state._tag).toBe("Connected")
      })
    )
  })

  it.effect("an adapter that fails on a fiber which its own close interrupts is heard all the same (F15, F99)", () => {
    const account = listening((attempt) =>
      Effect.gen(function* () {
        const box = yield* Mailbox.make<Signal, AdapterFatal>()
        yield* box.offerAll(greeting)
        const reporter = yield* Effect.forkDaemon(
          attempt > 1
            ? Effect.never
            : Effect.sleep("1 second").pipe(Effect.zipRight(box.fail(fatal(id))), Effect.zipRight(Effect.never))
        )
        yield* Effect.addFinalizer(() => Fiber.interrupt(reporter))
        return Mailbox.toStream(box)
      })
    )
    return playAccount(
      account,
      Effect.gen(function* () {
        yield* Effect.sleep("1100 millis")
        expect((yield* status(id)).state._tag).toBe("Rescheduled")
        yield* Effect.sleep("5 seconds")
        expect((yield* status(id)).state._tag).toBe("Connected")
      })
    )
  })

  it.effect("one that falls silent without a word is replaced, however alive its fibers are (F05, F06)", () => {
    const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "30 seconds" })] })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* Effect.sleep("29 seconds")
        expect((yield* status(id)).state._tag).toBe("Connected")
        yield* Effect.sleep("3 seconds")
        expect((yield* status(id)).state._tag).toBe("Reconnecting")
        yield* Effect.sleep("14 seconds")
        expect(yield* status(id)).toMatchObject({ state: { _tag: "Connected" }, generation: 2 })
      })
    )
  })

  it.effect("one that announces a new line and never opens it is replaced (F14, F20)", () => {
    const fake = FakeAdapter.make({ greeting: [{ _tag: "Connecting", attempt: 1, until: 20_000 }] })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* Effect.sleep("19 seconds")
        expect((yield* status(id)).state).toEqual({ _tag: "Connecting", until: 20_000 })
        yield* Effect.sleep("12 seconds")
        expect((yield* status(id)).state._tag).toBe("Rescheduled")
        expect((yield* status(id)).cause).toContain("Unresponsive")
      })
    )
  })
})

describe("Supervisor, when it fails itself", () => {
  it.effect("is started again, with a due time meanwhile, although its logger throws (F19, F20, F21)", () => {
    const throwing = Logger.make(() => {
      throw new Error("the disk is full")
    })
    const fake = FakeAdapter.make({ greeting: [] })
    const other = FakeAdapter.make({ id: second, greeting: [] })
    return play(
      [fake, other],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* givesUp(fake)
        yield* settle
        const { state } = yield* status(id)
        expect([state._tag, due(state)]).toEqual(["Rescheduled", 30_100])
        yield* Effect.sleep("31 seconds")
        expect(fake.opened()).toBe(2)
        expect(other.opened()).toBe(1)
      })
    ).pipe(Effect.provide(Logger.add(throwing)))
  })
})

describe("Supervisor, told what to do", () => {
  it.effect("what a person wants and what is so are two things: failures leave the wish as it was (F02)", () => {
    let healthy = true
    const fake = FakeAdapter.make({
      greeting,
      open: () => Effect.suspend(() => (healthy ? Effect.void : Effect.fail(fatal(id))))
    })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        const gateway = yield* Gateway
        yield* settle
        healthy = false
        yield* givesUp(fake)
        for (let k = 0; k < 50; k++) {
          yield* Effect.sleep("10 seconds")
          expect(["Rescheduled", "Connecting"]).toContain((yield* status(id)).state._tag)
        }
        const tried = fake.opened()
        expect(tried).toBeGreaterThan(15)
        yield* gateway.pause(id)
        yield* Effect.sleep("1 hour")
        expect([(yield* status(id)).state._tag, fake.opened()]).toEqual(["Paused", tried])
        healthy = true
        yield* gateway.resume(id)
        yield* settle
        expect((yield* status(id)).state._tag).toBe("Connected")
      })
    )
  })
})
