import { describe, expect, it } from "@effect/vitest"
import {
  Cause,
  Chunk,
  Deferred,
  Duration,
  Effect,
  Exit,
  Fiber,
  Option,
  Random,
  Schedule,
  Stream,
  TestClock
} from "effect"
import { AdapterFatal, ConnectionLost } from "../../src/adapter/AdapterError.ts"
import * as Connection from "../../src/adapter/Connection.ts"
import * as RetryPolicy from "../../src/adapter/RetryPolicy.ts"
import { alive, type Connected, received, type Signal } from "../../src/adapter/Signal.ts"
import { Stability } from "../../src/adapter/Stability.ts"
import { accountId } from "../../src/domain/Address.ts"
import type { Event } from "../../src/domain/Event.ts"

const account = accountId("qq", "main")

const lost = (changes: Partial<ConnectionLost> = {}) =>
  new ConnectionLost({ account, reason: "Transport", cause: "connection refused", resumable: true, ...changes })

const connected: Connected = { _tag: "Connected", resumed: false, self: { id: "1" }, silence: Duration.seconds(60) }

const said = (id: string): Signal => {
  const conversation = { account, kind: "direct", id: "c2c:1" } as const
  const event: Event = {
    _tag: "PlatformEvent",
    id,
    conversation,
    sender: { id: "2" },
    at: 0,
    name: "SAID",
    data: null
  }
  return received(event)
}

const fails = (changes: Partial<ConnectionLost> = {}): Connection.Session => Stream.fail(lost(changes))

/** Connected for so long, alive every ten seconds, and then lost. */
const lasts = (time: Duration.DurationInput, changes: Partial<ConnectionLost> = {}): Connection.Session =>
  Stream.concat(
    Stream.succeed<Signal>(connected),
    Stream.merge(
      Stream.repeat(Stream.succeed<Signal>(alive), Schedule.spaced("10 seconds")),
      Stream.fromEffect(Effect.delay(lost(changes), time)),
      { haltStrategy: "either" }
    )
  )

/** One session after the other, the last one for ever. */
const script = (
  ...sessions: ReadonlyArray<Connection.Session>
): Connection.Session & { readonly opened: () => number } => {
  let opened = 0
  const session = Stream.suspend(() => sessions[Math.min(opened++, sessions.length - 1)] ?? Stream.die("no session"))
  return Object.assign(session, { opened: () => opened })
}

const listen = (
  session: Connection.Session,
  options: Connection.ListenOptions = {},
  consume: (signals: Chunk.Chunk<Signal>) => Effect.Effect<void> = () => Effect.void
) =>
  Effect.gen(function* () {
    const stability = yield* Effect.flatMap(Stability, (all) => all.of(account))
    const signals: Array<Signal> = []
    const policy = Connection.policy(options, { openWithin: Duration.seconds(100), stability })
    const fiber = yield* Stream.runForEachChunk(Connection.listen(account, session, policy), (chunk) => {
      signals.push(...Chunk.toReadonlyArray(chunk))
      return consume(chunk)
    }).pipe(Effect.fork)
    const of = <T extends Signal["_tag"]>(tag: T) =>
      signals.filter((signal): signal is Extract<Signal, { readonly _tag: T }> => signal._tag === tag)
    return {
      fiber,
      signals,
      of,
      fatal: Effect.map(Fiber.await(fiber), (exit): AdapterFatal | undefined =>
        Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined
      )
    }
  })

const turn = (time: Duration.DurationInput, step: Duration.DurationInput = time) =>
  Effect.repeatN(TestClock.adjust(step), Math.ceil(Duration.toMillis(time) / Duration.toMillis(step)) - 1)

const every = (delay: Duration.DurationInput) => Schedule.spaced(delay)

describe("Connection.listen", () => {
  for (const attempts of [10, 100]) {
    it.effect(
      `fails with Exhausted, retryable, after exactly ${attempts} attempts, and says so with a remedy (F01, F24)`,
      () =>
        Effect.gen(function* () {
          const session = script(fails())
          const loop = yield* listen(session, { retry: { ...RetryPolicy.listening, attempts } })
          yield* turn(Duration.seconds(30 * attempts), "30 seconds")
          expect(yield* loop.fatal).toMatchObject({
            _tag: "AdapterFatal",
            account,
            reason: "Exhausted",
            retryable: true,
            attempts,
            lastCause: "connection refused",
            remedy: expect.stringContaining("None needed")
          })
          expect(session.opened()).toBe(attempts)
        }).pipe(Effect.provide(Stability.layer))
    )
  }

  it.effect("announces a loss, with the attempt and the time of the next, before it waits (F16, F27)", () =>
    Effect.gen(function* () {
      const loop = yield* listen(script(fails()), { retry: every("7 seconds") })
      yield* TestClock.adjust("1 second")
      expect(loop.signals).toMatchObject([
        { _tag: "Connecting", attempt: 1, until: 100_000 },
        { _tag: "Disconnected", attempt: 1, until: 7000, flapping: false, cause: { cause: "connection refused" } }
      ])
      yield* TestClock.adjust("6 seconds")
      expect(loop.signals[2]).toMatchObject({ _tag: "Connecting", attempt: 2, until: 107_000 })
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("waits as long as its schedule says, and nothing else", () =>
    Effect.gen(function* () {
      const expected = RetryPolicy.schedule({ ...RetryPolicy.listening, attempts: 6 })
      const stepper = yield* RetryPolicy.stepper(expected)
      const delays = yield* Effect.withRandom(
        Effect.replicateEffect(Effect.map(stepper.next(undefined), Option.getOrThrow), 5),
        Random.make("same")
      )
      const start = script(fails())
      const loop = yield* Effect.withRandom(listen(start, { retry: expected }), Random.make("same"))
      yield* turn("2 minutes", "1 second")
      const untils = loop.of("Disconnected").map(({ until }) => until)
      let at = 0
      expect(untils).toEqual(delays.map((delay) => (at += Duration.toMillis(delay))))
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("spends none of its attempts on what the platform asks it to wait, but a budget of its own (F32)", () =>
    Effect.gen(function* () {
      const session = script(fails({ reason: "RateLimited", code: 4008, retryAfter: 60_000 }))
      const loop = yield* listen(session, { retry: Schedule.recurs(0) })
      yield* turn("9 minutes", "1 minute")
      expect(session.opened()).toBe(10)
      expect(loop.of("Disconnected").every(({ attempt }) => attempt === 0)).toBe(true)
      yield* turn("1 minute")
      expect(yield* loop.fatal).toMatchObject({ reason: "Exhausted", retryable: true })
      expect(session.opened()).toBe(11)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("never waits less than the platform asks, nor more than a quarter of an hour", () =>
    Effect.gen(function* () {
      const session = script(
        fails({ reason: "RateLimited", retryAfter: 60_000 }),
        fails({ reason: "RateLimited", retryAfter: Duration.toMillis("10 days") }),
        Stream.never
      )
      const loop = yield* listen(session)
      yield* TestClock.adjust("59999 millis")
      expect(session.opened()).toBe(1)
      yield* TestClock.adjust("1 millis")
      expect(session.opened()).toBe(2)
      yield* TestClock.adjust("15 minutes")
      expect(session.opened()).toBe(3)
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("pauses for a second where the platform asks it to wait, and for nothing (F32)", () =>
    Effect.gen(function* () {
      const session = script(fails({ reason: "RateLimited", retryAfter: 0 }))
      const loop = yield* listen(session)
      yield* turn("5 seconds", "100 millis")
      expect(session.opened()).toBe(6)
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("spends nothing on a line that we let go of, a budget that is not due, or a session that expired", () =>
    Effect.gen(function* () {
      const session = script(
        ...Array.from({ length: 17 }, () => [
          lasts("1 second", { reason: "Held" }),
          fails({ reason: "Budgeted", retryAfter: 5000 }),
          fails({ reason: "Expired" })
        ]).flat(),
        Stream.never
      )
      const loop = yield* listen(session, { retry: Schedule.recurs(0) })
      yield* turn("5 minutes", "1 second")
      expect(session.opened()).toBe(52)
      expect(loop.of("Disconnected").some(({ flapping }) => flapping)).toBe(false)
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("gives the budget back after a line that lasted, not after a handshake (F26)", () =>
    Effect.gen(function* () {
      const short = lasts("59 seconds")
      const session = script(short, short, lasts("60 seconds"), short, short, short)
      const loop = yield* listen(session, { retry: Schedule.intersect(every("1 second"), Schedule.recurs(3)) })
      yield* turn("10 minutes", "1 second")
      expect(loop.of("Disconnected").map(({ attempt }) => attempt)).toEqual([1, 2, 1, 2, 3])
      expect(yield* loop.fatal).toMatchObject({ reason: "Exhausted", attempts: 4 })
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("slows down to 30 s and says so by the third session that dies young, and exhausts (F26, F42)", () =>
    Effect.gen(function* () {
      const session = script(lasts("1 second"))
      const loop = yield* listen(session, { retry: { ...RetryPolicy.listening, attempts: 100 } })
      yield* turn("30 seconds", "1 second")
      expect(loop.of("Disconnected").map(({ flapping }) => flapping)).toEqual([false, false, true])
      const before = session.opened()
      yield* turn("10 minutes", "1 second")
      expect(session.opened() - before).toBeLessThanOrEqual(20)
      yield* turn("1 hour", "31 seconds")
      expect(yield* loop.fatal).toMatchObject({ reason: "Exhausted", attempts: 100 })
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("finds silence, before and after the platform's word (F06, F08, F10)", () =>
    Effect.gen(function* () {
      const session = script(Stream.never, Stream.concat(Stream.succeed<Signal>(connected), Stream.never))
      const loop = yield* listen(session, { retry: every("1 second") })
      yield* TestClock.adjust("100 seconds")
      expect(loop.of("Disconnected")).toMatchObject([{ cause: { reason: "Silent", resumable: true } }])
      yield* TestClock.adjust("1 second")
      yield* TestClock.adjust("59 seconds")
      expect(loop.of("Disconnected")).toHaveLength(1)
      yield* TestClock.adjust("1 second")
      expect(loop.of("Disconnected")).toHaveLength(2)
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("finds silence in a session that cannot be interrupted (F14, F18)", () =>
    Effect.gen(function* () {
      const session = script(Stream.fromEffect(Effect.uninterruptible(Effect.never)), Stream.never)
      const loop = yield* listen(session, { retry: every("1 second") })
      yield* turn("101 seconds", "1 second")
      expect(session.opened()).toBe(2)
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("takes a session that ends without a word for a loss (F05)", () =>
    Effect.gen(function* () {
      const session = script(Stream.empty, Stream.never)
      const loop = yield* listen(session, { retry: every("1 second") })
      yield* turn("2 seconds", "1 second")
      expect(loop.of("Disconnected")).toMatchObject([{ cause: { reason: "Ended" } }])
      expect(session.opened()).toBe(2)
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("passes on at once what waiting cannot mend, and what is a mistake of ours (F31)", () =>
    Effect.gen(function* () {
      const banned = new AdapterFatal({
        account,
        reason: "Banned",
        retryable: false,
        attempts: 0,
        lastCause: "banned",
        remedy: "ask"
      })
      expect(yield* (yield* listen(Stream.fail(banned))).fatal).toEqual(banned)
      const { fiber } = yield* listen(Stream.die("a mistake"))
      expect(Exit.isFailure(yield* Fiber.await(fiber))).toBe(true)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("goes on although a finaliser of the line never returns (F17)", () =>
    Effect.gen(function* () {
      const stuck: Connection.Session = Stream.unwrap(
        Effect.as(
          Effect.addFinalizer(() => Effect.never),
          fails()
        )
      )
      const session = script(stuck, stuck, Stream.never)
      const loop = yield* listen(session, { retry: every("1 second") })
      yield* turn("6 seconds", "1 second")
      expect(session.opened()).toBe(3)
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("does nothing between two pulls: nothing is read ahead, and no silence judged (F70)", () =>
    Effect.gen(function* () {
      let read = 0
      const counting = Stream.repeatEffect(Effect.sync(() => said(String((read += 1)))))
      const session: Connection.Session = Stream.concat(Stream.succeed<Signal>(connected), Stream.rechunk(counting, 1))
      const gate = yield* Deferred.make<void>()
      const loop = yield* listen(session, {}, (chunk) =>
        Chunk.some(chunk, ({ _tag }) => _tag === "Received") ? Deferred.await(gate) : Effect.void
      )
      yield* TestClock.adjust("1 day")
      expect(read).toBe(1)
      expect(loop.of("Disconnected")).toEqual([])
      yield* Fiber.interrupt(loop.fiber)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("gives each attempt a fresh scope and closes every one, over 1000 reconnects (F47, F48)", () =>
    Effect.gen(function* () {
      let open = 0
      let most = 0
      const session: Connection.Session = Stream.unwrap(
        Effect.gen(function* () {
          yield* Effect.acquireRelease(
            Effect.sync(() => (most = Math.max(most, (open += 1)))),
            () => Effect.sync(() => void (open -= 1))
          )
          yield* Effect.forkScoped(Effect.never)
          return fails()
        })
      )
      const counted = script(session)
      const loop = yield* listen(counted, { retry: Schedule.intersect(Schedule.forever, Schedule.recurs(999)) })
      expect(yield* loop.fatal).toMatchObject({ attempts: 1000 })
      yield* TestClock.adjust("1 second")
      expect([open, most, counted.opened()]).toEqual([0, 1, 1000])
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("closes its line when nobody listens any more", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const session: Connection.Session = Stream.unwrap(
        Effect.as(
          Effect.addFinalizer(() => Deferred.succeed(closed, undefined)),
          Stream.concat(Stream.succeed<Signal>(connected), Stream.never)
        )
      )
      const loop = yield* listen(session)
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(loop.fiber)
      expect(yield* Deferred.isDone(closed)).toBe(true)
    }).pipe(Effect.provide(Stability.layer))
  )
})
