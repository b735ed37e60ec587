import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { StoreRefused } from "../../src/delivery/KeyedQueue.ts"
import { accountId } from "../../src/domain/Address.ts"
import type { Page } from "../../src/http/Api.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { deadEvent, deadMessage, stopped } from "./stage.ts"

const main = accountId("fake", "main")
const other = accountId("fake", "other")

const ids = ({ letters }: Page) => letters.map(({ id, queue }) => `${queue} ${id}`)

const all = { urlParams: { limit: 100 } }

describe("DeadLetters", () => {
  it.scoped("shows all that is known of a dead letter, and lists no content", () =>
    Effect.gen(function* () {
      const { client, ...queues } = yield* stopped()
      yield* TestClock.adjust("1 second")
      yield* deadEvent(queues, main, "e1")
      yield* deadMessage(queues, main, "e1#0")
      const event = yield* client.dead.show({ urlParams: { queue: "inbox", id: `${main}/e1` } })
      expect(event).toEqual({
        queue: "inbox",
        id: `${main}/e1`,
        conversation: `${main}/ann`,
        attempts: 0,
        reason: "the handler failed",
        keptAt: 1000,
        diedAt: 1000,
        event: FakeAdapter.said(main, "ann", "e1", "about e1")
      })
      const message = yield* client.dead.show({ urlParams: { queue: "outbox", id: `${main}/e1#0` } })
      expect(message).toMatchObject({ message: { content: { text: "about e1#0" } }, reason: "the chat is gone" })
      expect(JSON.stringify(yield* client.dead.list(all))).not.toContain("about")
    })
  )

  it.scoped("says of a letter that there is none of that name, in that queue", () =>
    Effect.gen(function* () {
      const { client, ...queues } = yield* stopped()
      yield* deadEvent(queues, main, "e1")
      const error = yield* Effect.flip(client.dead.show({ urlParams: { queue: "outbox", id: `${main}/e1` } }))
      expect(error).toMatchObject({ _tag: "UnknownLetter", queue: "outbox", id: `${main}/e1` })
      expect(error.message).toContain("there is no dead letter")
    })
  )

  it.scoped("lists the oldest first, of both queues, by queue, account and beginning of the id", () =>
    Effect.gen(function* () {
      const { client, ...queues } = yield* stopped()
      yield* deadEvent(queues, main, "e1")
      yield* TestClock.adjust("1 second")
      yield* deadMessage(queues, other, "m1")
      yield* TestClock.adjust("1 second")
      yield* deadEvent(queues, other, "e2")
      const list = (filter: object) => Effect.map(client.dead.list({ urlParams: { limit: 100, ...filter } }), ids)
      expect(yield* list({})).toEqual([`inbox ${main}/e1`, `outbox ${other}/m1`, `inbox ${other}/e2`])
      expect(yield* list({ queue: "inbox" })).toEqual([`inbox ${main}/e1`, `inbox ${other}/e2`])
      expect(yield* list({ account: other })).toEqual([`outbox ${other}/m1`, `inbox ${other}/e2`])
      expect(yield* list({ prefix: `${other}/e` })).toEqual([`inbox ${other}/e2`])
      expect(yield* list({ account: accountId("fake", "m") })).toEqual([])
    })
  )

  it.scoped("lists page after page, each letter once, though the last one of a page is gone by then", () =>
    Effect.gen(function* () {
      const { client, ...queues } = yield* stopped()
      for (const n of [1, 2, 3, 4, 5]) yield* deadEvent(queues, main, `e${n}`)
      const first = yield* client.dead.list({ urlParams: { limit: 2 } })
      expect(ids(first)).toEqual([`inbox ${main}/e1`, `inbox ${main}/e2`])
      yield* client.dead.drop({ payload: { letters: [{ queue: "inbox", id: `${main}/e2` }] } })
      const second = yield* client.dead.list({ urlParams: { limit: 2, after: first.next ?? "" } })
      expect(ids(second)).toEqual([`inbox ${main}/e3`, `inbox ${main}/e4`])
      const third = yield* client.dead.list({ urlParams: { limit: 2, after: second.next ?? "" } })
      expect(third).toMatchObject({ letters: [{ id: `${main}/e5` }] })
      expect(third).not.toHaveProperty("next")
    })
  )

  it.scoped("drops all of an account, and none of the others", () =>
    Effect.gen(function* () {
      const { client, ...queues } = yield* stopped()
      yield* deadEvent(queues, main, "e1")
      yield* deadMessage(queues, main, "m1")
      yield* deadMessage(queues, other, "m1")
      expect(yield* client.dead.drop({ payload: { all: true, account: main } })).toEqual({ done: 2, unknown: [] })
      expect(ids(yield* client.dead.list(all))).toEqual([`outbox ${other}/m1`])
      expect(yield* client.dead.drop({ payload: { all: true } })).toEqual({ done: 1, unknown: [] })
      expect(yield* client.dead.drop({ payload: { all: true } })).toEqual({ done: 0, unknown: [] })
    })
  )

  it.scoped("tells what it did not know apart, and does what is named twice once", () =>
    Effect.gen(function* () {
      const { client, ...queues } = yield* stopped()
      yield* deadMessage(queues, main, "m1")
      const known = { queue: "outbox", id: `${main}/m1` } as const
      const unknown = { queue: "inbox", id: `${main}/m1` } as const
      expect(yield* client.dead.retry({ payload: { letters: [known, unknown, known] } })).toEqual({
        done: 1,
        unknown: [unknown]
      })
      expect(yield* queues.outbox.depth).toMatchObject({ waiting: 1, dead: 0 })
    })
  )

  it.scoped("says how far it came when the store refuses in between, and leaves the rest as it was (F81)", () =>
    Effect.gen(function* () {
      let left = 1
      const refused = new StoreRefused({ store: "outbox", cause: "the disk, or its quota, is full" })
      const { client, ...queues } = yield* stopped((outbox) => ({
        ...outbox,
        retry: (id) => (left-- > 0 ? outbox.retry(id) : refused)
      }))
      for (const n of [1, 2, 3]) yield* deadMessage(queues, main, `m${n}`)
      expect(yield* client.dead.retry({ payload: { all: true } })).toEqual({
        done: 1,
        unknown: [],
        refused: { left: 2, message: "outbox: the disk, or its quota, is full" }
      })
      expect(yield* queues.outbox.depth).toMatchObject({ waiting: 1, dead: 2 })
    })
  )

  it.scoped("goes on with the other accounts where the store refuses one", () =>
    Effect.gen(function* () {
      const refused = new StoreRefused({ store: "outbox", cause: "fake:main is kept by another process" })
      const { client, ...queues } = yield* stopped((outbox) => ({
        ...outbox,
        drop: (id) => (id.startsWith(main) ? refused : outbox.drop(id))
      }))
      for (const account of [main, other]) for (const n of [1, 2]) yield* deadMessage(queues, account, `m${n}`)
      expect(yield* client.dead.drop({ payload: { all: true } })).toEqual({
        done: 2,
        unknown: [],
        refused: { left: 2, message: "outbox: fake:main is kept by another process" }
      })
      expect(ids(yield* client.dead.list(all))).toEqual([`outbox ${main}/m1`, `outbox ${main}/m2`])
    })
  )
})
