import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Exit, Option, Tracer } from "effect"
import { SendError } from "../../src/adapter/AdapterError.ts"
import { received } from "../../src/adapter/Signal.ts"
import { IsRoot, origin, originOf } from "../../src/gateway/Tracing/Origin.ts"
import { type Handler, HandlerFailed, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { echo, gateway, jumping, settle } from "./stage.ts"

const { connected, said } = FakeAdapter

interface Told {
  readonly name: string
  readonly traceId: string
  readonly parent: string | undefined
  readonly root: boolean
  readonly began: bigint
  readonly took: bigint
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A tracer that keeps what it was told. */
const keeping = () => {
  const spans: Array<Told> = []
  const tracer = Tracer.make({
    context: (run) => run(),
    span: (name, parent, context, _links, began, kind) => {
      const attributes: Record<string, unknown> = {}
      const traceId = Option.match(parent, { onNone: () => "none", onSome: ({ traceId }) => traceId })
      return {
        _tag: "Span",
        name,
        parent,
        context,
        kind,
        traceId,
        spanId: `s${spans.length}`,
        links: [],
        sampled: true,
        status: { _tag: "Started", startTime: began },
        attributes: new Map(),
        attribute: (key, value) => void (attributes[key] = value),
        event: () => {},
        addLinks: () => {},
        end: (at, exit) =>
          void spans.push({
            name,
            traceId,
            parent: Option.getOrUndefined(parent)?.spanId,
            root: Context.get(context, IsRoot),
            began,
            took: at - began,
            failed: Exit.isFailure(exit),
            attributes
          })
      }
    }
  })
  return { spans, tracer }
}

/** What a tracer is told while ann says something to an account like this, in each of `processes` anew. */
const traced = (adapter: FakeAdapter.FakeAdapterOptions, handler: Handler = echo) => {
  const { spans, tracer } = keeping()
  const fake = FakeAdapter.make({ greeting: [connected()], ...adapter })
  const play = Effect.gen(function* () {
    yield* settle
    const event = received(said(fake.account.id, "ann", "e1", "ping"))
    yield* fake.emit(event)
    yield* Effect.sleep("1 hour")
    yield* fake.emit(event)
    yield* settle
  })
  return play.pipe(
    Effect.provide(gateway([fake], { handler, config: { handlerAttempts: 2, notices: undefined } })),
    Effect.withTracer(tracer),
    jumping,
    Effect.as(spans)
  )
}

const { spanId, traceId } = origin("fake:main/e1")

describe("Tracing", () => {
  it.effect("tells the walk of an event as one trace, which begins where it was heard, and nothing of a repeat", () =>
    Effect.gen(function* () {
      const spans = yield* traced({})
      expect(spans.map(({ name }) => name)).toEqual(["heard", "inbox", "handled", "outbox", "sent"])
      for (const span of spans) expect(span).toMatchObject({ traceId, parent: spanId, failed: false })
      expect(spans.filter(({ root }) => root).map(({ name }) => name)).toEqual(["heard"])
      expect(spans[0]?.attributes).toMatchObject({
        "holdfast.account": "fake:main",
        "holdfast.conversation": "ann",
        "holdfast.id": "e1",
        "holdfast.kind": "MessageReceived"
      })
      expect(spans[4]?.attributes).toMatchObject({ "holdfast.id": "fake:main/e1#0", "holdfast.attempts": 0 })
    })
  )

  it.effect("tells how long each step took, and for how long it was waited for", () =>
    Effect.gen(function* () {
      const handler: Handler = () => Effect.delay(Effect.succeed(plain("pong")), "3 seconds")
      const send: FakeAdapter.FakeAdapterOptions["send"] = ({ id }) =>
        Effect.delay(Effect.succeed({ message: id, platformId: "1", at: 0 }), "2 seconds")
      const spans = yield* traced({ send }, handler)
      const seconds = Object.fromEntries(spans.map(({ name, took }) => [name, Number(took / 1_000_000_000n)]))
      expect(seconds).toEqual({ heard: 0, inbox: 0, handled: 3, outbox: 0, sent: 2 })
    })
  )

  it.effect("tells each try, and which of them failed, in the same trace", () =>
    Effect.gen(function* () {
      let runs = 0
      const handler: Handler = () =>
        Effect.suspend(() =>
          ++runs > 1 ? Effect.succeed(plain("pong")) : new HandlerFailed({ cause: "no", retryable: true })
        )
      const send: FakeAdapter.FakeAdapterOptions["send"] = ({ id }) =>
        new SendError({ messageId: id, reason: "Rejected", cause: "blocked" })
      const spans = yield* traced({ send }, handler)
      expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
      expect(spans.filter(({ name }) => name === "handled").map(({ failed }) => failed)).toEqual([true, false])
      expect(spans.filter(({ name }) => name === "sent").map(({ failed }) => failed)).toEqual([true])
    })
  )

  it.effect("has what a handler does in the trace of its event", () =>
    Effect.gen(function* () {
      const handler: Handler = () => Effect.withSpan(Effect.succeed(plain("pong")), "model")
      const spans = yield* traced({}, handler)
      expect(spans.find(({ name }) => name === "model")).toMatchObject({ traceId })
    })
  )

  it.effect("tells nothing of what anybody wrote", () =>
    Effect.gen(function* () {
      const spans = yield* traced({})
      expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain("ping")
    })
  )

  it("begins a trace of its own for every event, and the same in every process", () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => origin(`qq:main/${index}`))
    expect(new Set(ids.map((each) => each.traceId)).size).toBe(ids.length)
    expect(new Set(ids.map((each) => each.spanId)).size).toBe(ids.length)
    for (const id of ids.slice(0, 100)) {
      expect(id.traceId).toMatch(/^[\da-f]{32}$/)
      expect(id.spanId).toMatch(/^[\da-f]{16}$/)
    }
    expect(originOf("qq:main/e#7")).toEqual(origin("qq:main/e"))
    expect(originOf("qq:main/e#7#1000000")).toEqual(origin("qq:main/e#7"))
    expect(originOf("qq:main/build-17")).toEqual(origin("qq:main/build-17"))
    expect(origin("qq:main/e").traceId).toBe("3568762848369d2f62f1d80771e60ea9")
  })

  it.effect("makes no span at all where no tracer keeps any", () =>
    Effect.gen(function* () {
      const { spans, tracer } = keeping()
      const fake = FakeAdapter.make({ greeting: [connected()] })
      yield* Effect.zipRight(settle, fake.emit(received(said(fake.account.id, "ann", "e1", "ping")))).pipe(
        Effect.zipRight(settle),
        Effect.provide(gateway([fake])),
        Effect.withTracer(tracer),
        Effect.withTracerEnabled(false),
        jumping
      )
      expect(spans).toEqual([])
      expect(fake.sent).toHaveLength(1)
    })
  )
})
