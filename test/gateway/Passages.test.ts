import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Metric, Schema, Stream } from "effect"
import { SendError } from "../../src/adapter/AdapterError.ts"
import { received } from "../../src/adapter/Signal.ts"
import { Gateway, type GatewayOptions } from "../../src/gateway/Gateway.ts"
import { capacity, Passages } from "../../src/gateway/Passages.ts"
import { lost } from "../../src/gateway/Metrics/Passing.ts"
import { bare, Passage } from "../../src/gateway/Passages/Passage.ts"
import { HandlerFailed } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { play, settle } from "./stage.ts"

const { connected, said } = FakeAdapter

/** All that somebody hears who listens while ann says something, twice under the same id, and how much passed. */
const overheard = (
  adapter: FakeAdapter.FakeAdapterOptions,
  options: Partial<GatewayOptions<never, never>> = {},
  text = "ping"
) => {
  const fake = FakeAdapter.make({ greeting: [connected()], ...adapter })
  return play(
    [fake],
    options,
    Effect.gen(function* () {
      const { passages, passed } = yield* Gateway
      const all: Array<Passage> = []
      yield* Effect.fork(Stream.runForEach(passages, (passage) => Effect.sync(() => all.push(passage))))
      yield* settle
      const event = received(said(fake.account.id, "ann", "e1", text))
      yield* fake.emit(event)
      yield* Effect.sleep("1 hour")
      yield* fake.emit(event)
      yield* settle
      return { all, passed: yield* passed }
    })
  )
}

/** Enough for every other fiber to do all that it can. */
const turns = Effect.repeatN(Effect.yieldNow(), 20)

const at = { account: "fake:main", conversation: "ann" }
const event = { ...at, id: "e1", kind: "MessageReceived" }
const message = { ...at, id: "fake:main/e1#0" }

describe("Passages", () => {
  it.effect("tell of an event and of its answer in the order of its walk, and nothing of a repeat", () =>
    Effect.gen(function* () {
      const { all, passed } = yield* overheard({})
      expect(all).toMatchObject([
        { _tag: "Heard", ...event, sender: { id: "ann" }, text: "ping" },
        { _tag: "Handled", ...event, replies: 1 },
        { _tag: "Sent", ...message, text: "ping", receipt: { platformId: "fake:main/e1#0" } }
      ])
      expect(passed).toEqual([{ account: "fake:main", heard: 1, sent: 1 }])
    })
  )

  it.effect("tell what somebody says who has no access, but not the words (F91)", () =>
    Effect.gen(function* () {
      const { all, passed } = yield* overheard({ access: { _tag: "AllowList", people: ["bob"], conversations: [] } })
      const denied = { _tag: "Denied", ...event, sender: { id: "ann" }, reason: "AllowList" }
      expect(all).toMatchObject([denied, denied])
      expect(JSON.stringify(all)).not.toContain("ping")
      expect(passed).toEqual([])
    })
  )

  it.effect("tell of each failure of a handler, when it is tried again, and of the end", () =>
    Effect.gen(function* () {
      const failure = new HandlerFailed({ cause: "the model is away", retryable: true, silent: true })
      const { all } = yield* overheard({}, { handler: () => failure, config: { handlerAttempts: 2 } })
      expect(all).toMatchObject([
        { _tag: "Heard" },
        { _tag: "NotHandled", ...event, cause: "the model is away", next: 1100 },
        { _tag: "Dead", ...at, id: "e1", queue: "inbox", reason: "the model is away" }
      ])
    })
  )

  it.effect("tell how long a handler worked", () =>
    Effect.gen(function* () {
      const { all } = yield* overheard({}, { handler: () => Stream.execute(Effect.sleep("2 seconds")) })
      expect(all).toMatchObject([{ _tag: "Heard" }, { _tag: "Handled", took: 2000, replies: 0 }])
    })
  )

  it.effect("tell of a message that was tried in vain, and of nothing that only waits", () =>
    Effect.gen(function* () {
      let sends = 0
      const send: FakeAdapter.FakeAdapterOptions["send"] = ({ id }) =>
        ++sends > 1
          ? Effect.succeed({ message: id, platformId: "p1", at: 5 })
          : new SendError({ messageId: id, reason: "RateLimited", cause: "too fast", until: 60_000 })
      const { all } = yield* overheard({ send })
      expect(all.slice(2)).toMatchObject([
        { _tag: "NotSent", ...message, reason: "RateLimited", next: 60_000 },
        { _tag: "Sent", ...message, receipt: { platformId: "p1", at: 5 } }
      ])
      expect(JSON.stringify(all[2])).not.toContain("ping")
    })
  )

  it.effect("tell of a message that is put aside, with the reason", () =>
    Effect.gen(function* () {
      const send: FakeAdapter.FakeAdapterOptions["send"] = ({ id }) =>
        new SendError({ messageId: id, reason: "Rejected", cause: "blocked" })
      const { all, passed } = yield* overheard({ send })
      expect(all.slice(2)).toMatchObject([{ _tag: "Dead", ...message, queue: "outbox", reason: "Rejected: blocked" }])
      expect(passed).toEqual([{ account: "fake:main", heard: 1, sent: 0 }])
    })
  )

  it.effect("tell of a message that an adapter dies of (F90)", () =>
    Effect.gen(function* () {
      const { all } = yield* overheard({ send: () => Effect.dieMessage("a mistake") })
      expect(all.slice(2)).toMatchObject([
        { _tag: "Dead", ...message, queue: "outbox", reason: expect.stringMatching(/^defect: .*a mistake/) }
      ])
    })
  )

  it.effect("pass over HTTP as they are, and bare of all that anybody wrote", () =>
    Effect.gen(function* () {
      const { all } = yield* overheard({}, {}, "a secret word")
      const coded = Schema.encodeSync(Schema.parseJson(Schema.Array(Passage)))(all)
      expect(coded).toContain("a secret word")
      expect(Schema.decodeSync(Schema.parseJson(Schema.Array(Passage)))(coded)).toEqual(all)
      expect(JSON.stringify(all.map(bare))).not.toContain("a secret word")
    })
  )

  it.scoped("of which a slow listener loses the oldest, counted, while the others lose nothing (F71)", () =>
    Effect.gen(function* () {
      const passages = yield* Passages.make
      const before = (yield* Metric.value(lost.of())).count
      const total = capacity * 3
      const stuck = yield* Effect.fork(Stream.runForEachChunk(passages.stream, () => Effect.never))
      const quick = yield* Effect.fork(Stream.runCollect(Stream.take(passages.stream, total)))
      yield* turns
      const event = said(FakeAdapter.make().account.id, "ann", "e", "x")
      for (let index = 0; index < total; index++) {
        passages.denied(FakeAdapter.make().account.id, [{ ...event, id: `e${index}` }], "Closed")
        if (index % 100 === 0) yield* turns
      }
      expect(Chunk.toReadonlyArray(yield* Fiber.join(quick)).map(({ id }) => id)).toEqual(
        Array.from({ length: total }, (_, index) => `e${index}`)
      )
      yield* Fiber.interrupt(stuck)
      // all but what it took before it was stuck, and what still waits
      const gone = (yield* Metric.value(lost.of())).count - before
      expect(gone).toBeGreaterThan(total - 2 * capacity)
      expect(gone).toBeLessThan(total)
    })
  )

  it.scoped("cost nothing once nobody listens any more", () =>
    Effect.gen(function* () {
      const passages = yield* Passages.make
      const listener = yield* Effect.fork(Stream.runDrain(passages.stream))
      yield* turns
      yield* Fiber.interrupt(listener)
      const untouched = new Proxy(said(FakeAdapter.make().account.id, "ann", "e", "x"), {
        get: () => expect.unreachable("it was looked at")
      })
      passages.denied(FakeAdapter.make().account.id, [untouched], "Closed")
      passages.heard(FakeAdapter.make().account.id, [untouched], { kept: 1, repeats: [] })
      expect(passages.passed).toMatchObject([{ heard: 1 }])
    })
  )
})
