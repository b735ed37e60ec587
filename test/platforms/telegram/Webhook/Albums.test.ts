import { expect, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Scope, TestClock } from "effect"
import { ResumeStore } from "../../../../src/adapter/ResumeStore.ts"
import { type Keep, NotKept } from "../../../../src/adapter/Webhook.ts"
import { accountId } from "../../../../src/domain/Address.ts"
import type { Event, MessageReceived } from "../../../../src/domain/Event.ts"
import * as Albums from "../../../../src/platforms/telegram/Webhook/Albums.ts"
import { started, listening, opened, world } from "../webhooked.ts"

const account = accountId("telegram", "main")

const part = (id: number, text = ""): MessageReceived => ({
  _tag: "MessageReceived",
  id: `7001:${id}`,
  conversation: { account, kind: "direct", id: "chat:7001" },
  sender: { id: "7001" },
  at: 0,
  text,
  addressed: true,
  attachments: [{ kind: "image", url: `telegram:file-${id}` }],
  mentions: []
})

/** What one line does with albums; `keep` is the gateway. */
const line = (keep: Keep, store?: Context.Context<ResumeStore>) =>
  Effect.gen(function* () {
    const context = store ?? (yield* Layer.build(ResumeStore.layerMemory))
    const albums = yield* Effect.provide(Albums.of(account), context)
    const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
    const { add, keep: after } = yield* Scope.extend(albums.begin(keep), scope)
    const stored = Effect.flatMap(ResumeStore, (all) => all.get(`${account}/albums`)).pipe(
      Effect.provide(context),
      Effect.map((text) => (text._tag === "Some" ? JSON.parse(text.value) : []))
    )
    return { add, after, albums, close: Scope.close(scope, Exit.void), context, stored }
  })

/** A gateway that keeps everything at once. */
const gateway = () => {
  const kept: Array<Event> = []
  const keep: Keep = (event) => Effect.sync(() => void kept.push(event))
  const shown = () =>
    kept.map((event) => (event._tag === "MessageReceived" ? event.attachments.map(({ url }) => url) : []))
  return { keep, kept, shown }
}

it.scoped("parts that come within a second of each other are one event, with the caption wherever it stood", () =>
  Effect.gen(function* () {
    const { keep, kept, shown } = gateway()
    const { add } = yield* line(keep)
    for (const each of [part(1), part(2, "look"), part(3)]) {
      yield* add("7001/a", each)
      yield* TestClock.adjust("900 millis")
    }
    expect(kept).toEqual([])
    yield* TestClock.adjust("2 seconds")
    expect(shown()).toEqual([["telegram:file-1", "telegram:file-2", "telegram:file-3"]])
    expect(kept).toMatchObject([{ id: "7001:1", text: "look" }])
  })
)

it.scoped("a part is safe before it is answered, and forgotten when the gateway has kept the whole", () =>
  Effect.gen(function* () {
    const { keep } = gateway()
    const { add, stored } = yield* line(keep)
    yield* add("7001/a", part(1))
    expect(yield* stored).toMatchObject([{ name: "7001/a", parts: [{ id: "7001:1" }] }])
    yield* TestClock.adjust("3 seconds")
    expect(yield* stored).toEqual([])
  })
)

it.scoped(
  "a part is answered when a crash cannot take it any more, and has to come again where that cannot be had (F78)",
  () =>
    Effect.gen(function* () {
      let safe = yield* Deferred.make<boolean>()
      const memory = Context.get(yield* Layer.build(ResumeStore.layerMemory), ResumeStore)
      const slow = { ...memory, written: Effect.suspend(() => Deferred.await(safe)) }
      const { keep, kept } = gateway()
      const { add } = yield* line(keep, Context.make(ResumeStore, slow))
      const adding = yield* Effect.fork(add("7001/a", part(1)))
      yield* TestClock.adjust("500 millis")
      expect(adding.unsafePoll()).toBeNull()
      yield* Deferred.succeed(safe, false)
      expect(yield* Effect.flip(Fiber.join(adding))).toEqual(new NotKept())
      safe = yield* Deferred.make<boolean>()
      yield* Deferred.succeed(safe, true)
      yield* add("7001/a", part(1))
      yield* TestClock.adjust("3 seconds")
      expect(kept).toMatchObject([{ id: "7001:1", attachments: [{}] }])
    })
)

it.scoped("a part that is posted again is one part, before and after the album is whole", () =>
  Effect.gen(function* () {
    const { keep, shown } = gateway()
    const { add } = yield* line(keep)
    yield* add("7001/a", part(1))
    yield* add("7001/a", part(2))
    yield* add("7001/a", part(2))
    yield* TestClock.adjust("3 seconds")
    yield* add("7001/a", part(2))
    yield* add("7001/a", part(1))
    yield* TestClock.adjust("3 seconds")
    expect(shown()).toEqual([["telegram:file-1", "telegram:file-2"]])
  })
)

it.scoped("albums side by side are told apart", () =>
  Effect.gen(function* () {
    const { keep, shown } = gateway()
    const { add } = yield* line(keep)
    for (const [name, id] of [
      ["1/a", 1],
      ["2/a", 11],
      ["1/a", 2],
      ["1/b", 21],
      ["2/a", 12]
    ] as const) {
      yield* add(name, part(id))
    }
    yield* TestClock.adjust("3 seconds")
    expect(
      shown()
        .map((urls) => urls.length)
        .toSorted()
    ).toEqual([1, 2, 2])
  })
)

it.scoped("a part that comes after the whole was handed over is not lost", () =>
  Effect.gen(function* () {
    const gate = yield* Deferred.make<void>()
    const { keep, shown } = gateway()
    const { add, stored } = yield* line((event) => Effect.zipRight(Deferred.await(gate), keep(event)))
    yield* add("7001/a", part(1))
    yield* TestClock.adjust("3 seconds")
    yield* add("7001/a", part(2))
    expect(yield* stored).toHaveLength(2)
    yield* Deferred.succeed(gate, undefined)
    yield* TestClock.adjust("3 seconds")
    expect(shown()).toEqual([["telegram:file-1"], ["telegram:file-2"]])
  })
)

it.scoped("what was put away when the line ended is handed over by the next (F78)", () =>
  Effect.gen(function* () {
    const never: Keep = () => Effect.never
    const first = yield* line(never)
    yield* first.add("7001/a", part(1))
    yield* TestClock.adjust("5 seconds")
    yield* first.add("7001/a", part(2))
    yield* first.close
    const { keep, shown } = gateway()
    yield* line(keep, first.context)
    yield* TestClock.adjust("3 seconds")
    expect(shown().flat().toSorted()).toEqual(["telegram:file-1", "telegram:file-2"])
  })
)

it.scoped("an album that was cut off by a restart goes on where it was", () =>
  Effect.gen(function* () {
    const first = yield* line(() => Effect.never)
    yield* first.add("7001/a", part(1))
    yield* first.close
    const { keep, shown } = gateway()
    const second = yield* line(keep, first.context)
    yield* second.add("7001/a", part(2))
    yield* TestClock.adjust("3 seconds")
    expect(shown()).toEqual([["telegram:file-1", "telegram:file-2"]])
  })
)

it.scoped("a gateway that keeps nothing is not given ever more: the next album has to come again", () =>
  Effect.gen(function* () {
    const { add } = yield* line(() => Effect.never)
    for (let index = 0; index < Albums.mostOpen; index += 1) yield* add(`${index}/a`, part(index))
    expect(yield* Effect.flip(add("one/too-many", part(1000)))).toEqual(new NotKept())
    yield* add("0/a", part(1001))
  })
)

it.scoped("what came after an album is not kept before it, and has to come again when the line ends first", () =>
  Effect.gen(function* () {
    const { keep, kept } = gateway()
    const first = yield* line(keep)
    yield* first.add("7001/a", part(1))
    const waiting = yield* Effect.fork(Effect.flip(first.after(part(2))))
    yield* TestClock.adjust("500 millis")
    yield* first.close
    expect(yield* Fiber.join(waiting)).toEqual(new NotKept())
    const second = yield* line(keep, first.context)
    yield* Effect.fork(second.after(part(2)))
    yield* TestClock.adjust("3 seconds")
    expect(kept.map(({ id }) => id)).toEqual(["7001:1", "7001:2"])
  })
)

it.scoped("what cannot be read in the store is nothing, and stands in nobody's way", () =>
  Effect.gen(function* () {
    const context = yield* Layer.build(ResumeStore.layerMemory)
    yield* Effect.provide(
      Effect.flatMap(ResumeStore, (all) => all.set(`${account}/albums`, "{")),
      context
    )
    const { keep, shown } = gateway()
    const { add } = yield* line(keep, context)
    yield* add("7001/a", part(1))
    yield* TestClock.adjust("3 seconds")
    expect(shown()).toEqual([["telegram:file-1"]])
  })
)

const items = [1, 2, 3].map(() => ({ kind: "photo" as const, bytes: new Uint8Array([1, 2, 3]) }))

it.scoped("an album that Telegram posts part by part is one event, and every part is answered before the next", () =>
  Effect.gen(function* () {
    const { delivered, events, sim } = yield* started
    const ids = yield* sim.album({ conversation: "chat:7001", caption: "look", items })
    yield* TestClock.adjust("5 seconds")
    expect(events()).toHaveLength(1)
    expect(events()).toMatchObject([{ id: `7001:${ids[0]}`, text: "look", attachments: [{}, {}, {}] }])
    expect(yield* delivered).toEqual([undefined, undefined, undefined])
  })
)

it.scoped("an album that was answered and not yet handed over survives the end of its adapter (F78)", () =>
  Effect.gen(function* () {
    const made = yield* world
    const first = yield* opened(made)
    yield* first.pull
    yield* first.pull
    const pulling = yield* Effect.fork(first.pull)
    yield* made.sim.album({ conversation: "chat:7001", items })
    yield* TestClock.adjust("500 millis")
    expect(yield* made.delivered).toEqual([undefined, undefined, undefined])
    yield* Fiber.interruptFork(pulling)
    yield* first.close
    const { events } = yield* listening(made)
    yield* TestClock.adjust("5 seconds")
    expect(events()).toMatchObject([{ attachments: [{}, {}, {}] }])
  })
)

it.scoped("what is said after an album is heard after it, and in other chats at once", () =>
  Effect.gen(function* () {
    const { delivered, events, say, sim } = yield* started
    yield* sim.album({ conversation: "chat:7001", caption: "these", items })
    yield* say("what are they?")
    yield* say("hello", "7002")
    expect(events()).toMatchObject([{ text: "hello" }])
    yield* TestClock.adjust("5 seconds")
    expect(events()).toMatchObject([{ text: "hello" }, { text: "these" }, { text: "what are they?" }])
    expect((yield* delivered).filter((failure) => failure !== undefined)).toEqual([])
  })
)
