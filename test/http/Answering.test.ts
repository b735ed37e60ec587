import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream, TestClock } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import { accountId } from "../../src/domain/Address.ts"
import type { Handler, HandlerHealth } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { running, stopped } from "./stage.ts"

const main = accountId("fake", "main")
const settle = TestClock.adjust("50 millis")
const event = FakeAdapter.said(main, "ann", "e1", "how is it?")
const silent: Handler = () => Stream.empty

/** Something is said to a handler that answers nothing now, and a late answer is sent. */
const late = (payload: { readonly text: string; readonly ordinal?: number; readonly key?: string }, limit = 1000) =>
  Effect.gen(function* () {
    const capabilities = { limits: { text: limit, caption: limit } }
    const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected()], capabilities })
    const { client } = yield* running([fake], { handler: silent })
    yield* settle
    yield* fake.emit(received(event))
    yield* settle
    const { key, ordinal = 0, text } = payload
    const replyTo = { event: event.id, anchor: event.anchor ?? "", at: event.at, ordinal }
    const named = key === undefined ? {} : { key }
    const send = client.messages.send({
      payload: { conversation: `${main}/ann`, text, format: "plain", replyTo, ...named }
    })
    const sent = [yield* send, yield* send]
    yield* settle
    return { sent, said: fake.sent.map(({ id, replyTo }) => [id, replyTo?.anchor, replyTo?.ordinal]) }
  })

describe("a late answer, by the API", () => {
  it.scoped("is a reply to its event, and is said once, whoever sends it twice", () =>
    Effect.gen(function* () {
      const { said, sent } = yield* late({ text: "well" })
      expect(sent).toEqual([{ id: `${main}/e1#0` }, { id: `${main}/e1#0` }])
      expect(said).toEqual([[`${main}/e1#0`, event.anchor, 0]])
    })
  )

  it.scoped("is one of several by its ordinal, or by a key of its own", () =>
    Effect.gen(function* () {
      expect((yield* late({ text: "well", ordinal: 3 })).said).toEqual([[`${main}/e1#3`, event.anchor, 3]])
      expect((yield* late({ text: "well", key: "job-7" })).said).toEqual([[`${main}/job-7`, event.anchor, 0]])
    })
  )

  it.scoped("that is too long is several answers, each under a number of its own", () =>
    Effect.gen(function* () {
      const { said } = yield* late({ text: "aaaaabbbbbc", ordinal: 2 }, 5)
      expect(said.map(([, , ordinal]) => ordinal)).toEqual([2, 3, 4])
      expect(new Set(said.map(([id]) => id)).size).toBe(3)
    })
  )
})

describe("what stands behind handlers", () => {
  it.scoped("is told of as it is", () =>
    Effect.gen(function* () {
      const told: ReadonlyArray<HandlerHealth> = [
        { handler: "webhook bot.example", state: "failing", since: 1000, cause: "it is away", next: 2000 },
        { handler: "exec ./bot.sh", state: "working", since: 0 }
      ]
      const handler = Object.assign((): ReturnType<Handler> => Stream.empty, { health: Effect.succeed(told) })
      const { client } = yield* running([], { handler })
      expect(yield* client.handlers.list({})).toEqual(told)
    })
  )

  it.scoped("is nothing where nothing can fail by itself, or where no gateway runs", () =>
    Effect.gen(function* () {
      expect(yield* (yield* running([])).client.handlers.list({})).toEqual([])
      expect(yield* (yield* stopped()).client.handlers.list({})).toEqual([])
    })
  )
})
