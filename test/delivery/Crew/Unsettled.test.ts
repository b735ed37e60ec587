import { expect, it } from "@effect/vitest"
import { Effect, Either, TestClock } from "effect"
import { done, type Item, StoreRefused } from "../../../src/delivery/KeyedQueue.ts"
import * as MemoryQueue from "../../../src/delivery/MemoryQueue.ts"

const bounds = { name: "inbox", capacity: 100, dead: 10, remember: 10 }
const item = (id: string): Item<string> => ({ id, key: `${id}/ann`, value: id })
const full = new StoreRefused({ store: "outbox", cause: "full for a", full: true })
const ill = new StoreRefused({ store: "outbox", cause: "the disk is full" })

/** A queue with work of two groups, one of which has its outcomes refused by what the queue feeds, for as long as `refused` is set. */
const queue = Effect.gen(function* () {
  const store: { refused: StoreRefused | undefined } = { refused: ill }
  const refuses = (items: ReadonlyArray<Item<string>>) => items.some(({ id }) => id.startsWith("a"))
  const inbox = yield* MemoryQueue.makeFeeding<string, string>(bounds, {
    unsafeOffer: (items) =>
      store.refused !== undefined && refuses(items)
        ? Either.left(store.refused)
        : Either.right({ kept: items.length, repeats: [] })
  })
  yield* Effect.forkScoped(
    inbox.work(({ id, key }) => Effect.succeed(done([{ ...item(id), key }])), { concurrency: 4 })
  )
  return { inbox, store }
})

it.scoped("says of whose work nothing can be settled, once that lasts, and for as long as it does", () =>
  Effect.gen(function* () {
    const { inbox, store } = yield* queue
    yield* inbox.offer([item("a"), item("b")])
    yield* TestClock.adjust("1 second")
    expect(inbox.unsettled("a")).toBeUndefined()
    yield* TestClock.adjust("5 seconds")
    expect(inbox.unsettled("a")).toMatchObject({
      store: "outbox",
      cause: "what was done cannot be settled: the disk is full"
    })
    expect(inbox.unsettled("b")).toBeUndefined()
    store.refused = undefined
    yield* TestClock.adjust("1 second")
    expect(inbox.unsettled("a")).toBeUndefined()
    expect(yield* inbox.depth).toMatchObject({ waiting: 0 })
  })
)

it.scoped("that there is only no room is no reason: who waits for room makes some", () =>
  Effect.gen(function* () {
    const { inbox, store } = yield* queue
    store.refused = full
    yield* inbox.offer([item("a")])
    yield* TestClock.adjust("1 minute")
    expect(inbox.unsettled("a")).toBeUndefined()
  })
)

it.scoped("one outcome that is settled shows that others of its group can be", () =>
  Effect.gen(function* () {
    const { inbox } = yield* queue
    yield* inbox.offer([item("a")])
    for (let second = 0; second < 10; second++) {
      yield* TestClock.adjust("1 second")
      yield* inbox.offer([{ id: `b${second}`, key: "a/bob", value: "b" }])
      yield* TestClock.adjust("1 millis")
      expect(inbox.unsettled("a")).toBeUndefined()
    }
  })
)
