import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Schema, Stream, TestClock } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import { accountId } from "../../src/domain/Address.ts"
import type { Passage } from "../../src/gateway/Passages/Passage.ts"
import { AccountStatus, initial } from "../../src/gateway/Status.ts"
import { Entry } from "../../src/gateway/Timeline.ts"
import { Depths } from "../../src/http/Api.ts"
import * as Live from "../../src/http/Live.ts"
import { lingers, mostPassages } from "../../src/http/Live/News.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { type Heard, listening } from "./live.ts"
import { running, stopped } from "./stage.ts"

const main = accountId("fake", "main")

const settle = TestClock.adjust("200 millis")

const online = (silence = "1 day") =>
  FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: silence === "1 day" ? "1 day" : "30 seconds" })] })

const of = (name: string, heard: ReadonlyArray<Heard>) => heard.filter(({ event }) => event === name)
const datas = (name: string, heard: ReadonlyArray<Heard>) => of(name, heard).map(({ data }) => data)
const names = (heard: ReadonlyArray<Heard>) => heard.map(({ event }) => event)

const statusOf = Schema.decodeUnknownSync(AccountStatus)
const tagOf = (data: unknown) => statusOf(data).state._tag
const entryOf = Schema.decodeUnknownSync(Entry)
const depthsOf = Schema.decodeUnknownSync(Schema.Array(Depths))

describe("what is told as it happens", () => {
  it.scoped("begins with how everything is, in the words of the API, and goes on with what changes", () =>
    Effect.gen(function* () {
      const { app, client, gateway } = yield* running([online()])
      yield* settle
      const { heard } = yield* listening(app)
      yield* settle
      expect(names(heard()).slice(0, 2)).toEqual(["snapshot", "depths"])
      expect(datas("snapshot", heard())).toEqual([yield* client.accounts.list({})])
      yield* gateway.pause(main)
      yield* settle
      const statuses = datas("status", heard()).map((data) => tagOf(data))
      expect(statuses.at(-1)).toBe("Paused")
      const entries = datas("entry", heard()).map((data) => entryOf(data).state._tag)
      expect(entries).toEqual(["Stopping", "Paused"])
      yield* gateway.remove(main)
      yield* TestClock.adjust("1 second")
      expect(datas("removed", heard())).toEqual([{ account: main }])
    })
  )

  it.scoped("has what passes, without what was written unless that is asked for, and how much it was", () =>
    Effect.gen(function* () {
      const fake = online()
      const { app } = yield* running([fake])
      yield* settle
      const curious = yield* listening(app, "?contents=true")
      const discreet = yield* listening(app)
      yield* TestClock.adjust("1 second")
      yield* fake.emit(received(FakeAdapter.said(main, "ann", "e1", "a secret of Ann's")))
      yield* TestClock.adjust("2 seconds")
      expect(datas("passage", curious.heard())).toMatchObject([
        { _tag: "Heard", text: "a secret of Ann's" },
        { _tag: "Handled" },
        { _tag: "Sent", text: "a secret of Ann's" }
      ])
      expect(datas("passage", discreet.heard())).toMatchObject([
        { _tag: "Heard" },
        { _tag: "Handled" },
        { _tag: "Sent" }
      ])
      expect(discreet.text()).not.toContain("secret of Ann")
      expect(datas("rates", discreet.heard())).toEqual([[{ account: main, in: 1, out: 1 }]])
    })
  )

  it.scoped("tells how much waits when that changes, once a second at most", () =>
    Effect.gen(function* () {
      const idle = FakeAdapter.make({ open: () => Effect.never })
      const { app, client } = yield* running([idle])
      const { heard } = yield* listening(app)
      yield* TestClock.adjust("3 seconds")
      const before = datas("depths", heard()).length
      for (let n = 0; n < 5; n++) {
        yield* client.messages.send({ payload: { conversation: `${main}/ann`, text: "x", format: "plain" } })
        yield* TestClock.adjust("100 millis")
      }
      yield* TestClock.adjust("3 seconds")
      const told = datas("depths", heard())
        .slice(before)
        .map((data) => depthsOf(data))
      expect(told.length).toBeLessThanOrEqual(2)
      expect(told.at(-1)).toMatchObject([{ account: main, outbox: { waiting: 5 } }])
    })
  )

  it.scoped("says that a proof of life went stale, though nobody published it (F40, F44)", () =>
    Effect.gen(function* () {
      const { app } = yield* running([online("short")])
      yield* settle
      const { heard } = yield* listening(app)
      yield* TestClock.adjust("33 seconds")
      expect(datas("status", heard()).map((data) => tagOf(data))).toContain("Reconnecting")
    })
  )

  it.scoped("says every ten seconds that it is there, also while nothing happens", () =>
    Effect.gen(function* () {
      const { app } = yield* running([online()])
      yield* settle
      const { text } = yield* listening(app)
      yield* TestClock.adjust("61 seconds")
      expect(text().split(": here\n\n").length - 1).toBe(6)
    })
  )

  it.scoped("says of a process without a gateway that it has no accounts", () =>
    Effect.gen(function* () {
      const { app } = yield* stopped()
      const { heard } = yield* listening(app)
      yield* settle
      expect(datas("snapshot", heard())).toEqual([[]])
    })
  )
})

describe("who comes back to what is told", () => {
  it.scoped("hears what it missed, in order, and nothing twice", () =>
    Effect.gen(function* () {
      const { app, gateway } = yield* running([online()])
      yield* settle
      const first = yield* listening(app)
      yield* TestClock.adjust("1 second")
      const last = first.heard().at(-1)?.id ?? ""
      yield* first.leave
      yield* gateway.pause(main)
      yield* settle
      yield* gateway.resume(main)
      yield* TestClock.adjust("20 seconds")
      const again = yield* listening(app, "", last)
      yield* settle
      expect(names(again.heard())).not.toContain("snapshot")
      const entries = datas("entry", again.heard()).map((data) => entryOf(data).state._tag)
      expect(entries).toEqual(["Stopping", "Paused", "Connecting", "Connecting", "Connected"])
      const ids = again.heard().map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).not.toContain(last)
    })
  )

  it.scoped.each(["nonsense", "abc-1", "", "-"])(
    "from %j, which is of no event of this process, begins anew",
    (after) =>
      Effect.gen(function* () {
        const { app } = yield* running([online()])
        yield* settle
        const { heard } = yield* listening(app, "", after)
        yield* settle
        expect(names(heard())[0]).toBe("snapshot")
      })
  )

  it.scoped("too late begins anew: what happened meanwhile was not gathered for nobody", () =>
    Effect.gen(function* () {
      const { app, gateway } = yield* running([online()])
      yield* settle
      const first = yield* listening(app)
      yield* TestClock.adjust("1 second")
      const last = first.heard().at(-1)?.id ?? ""
      yield* first.leave
      yield* TestClock.adjust(`${lingers + 2} seconds`)
      yield* gateway.pause(main)
      const again = yield* listening(app, "", last)
      yield* settle
      expect(datas("snapshot", again.heard())).toMatchObject([[{ state: { _tag: "Paused" } }]])
    })
  )
})

/** Sources that count how often they are read, and tell passages as fast as they are taken. */
const counted = () => {
  const readers = { statuses: 0, changes: 0, passages: 0, taken: 0 }
  const passage: Passage = {
    _tag: "Handled",
    account: main,
    conversation: "ann",
    id: "e",
    kind: "x",
    at: 0,
    took: 1,
    replies: 0
  }
  const counting = <A>(name: "changes" | "passages", stream: Stream.Stream<A>) =>
    Stream.unwrapScoped(
      Effect.acquireRelease(
        Effect.sync(() => {
          readers[name]++
          return stream
        }),
        () => Effect.sync(() => readers[name]--)
      )
    )
  const sources: Live.Sources = {
    statuses: Effect.sync(() => {
      readers.statuses++
      return [initial(main, 0)]
    }),
    changes: counting("changes", Stream.never),
    entries: Stream.never,
    passages: counting(
      "passages",
      Stream.repeatEffectChunk(
        Effect.sync(() => {
          readers.taken += 100
          return Chunk.makeBy(100, () => passage)
        })
      )
    ),
    passed: Effect.succeed([]),
    handlers: Effect.succeed([]),
    access: Effect.succeed([]),
    depths: Effect.succeed([])
  }
  return { readers, sources }
}

describe("what telling costs", () => {
  it.scoped("is one reading of the gateway, however many listen, and none when nobody has for a minute", () =>
    Effect.gen(function* () {
      const { readers, sources } = counted()
      const app = yield* Live.app(sources)
      yield* TestClock.adjust("1 hour")
      expect(readers).toMatchObject({ statuses: 0, changes: 0, passages: 0 })
      const all = yield* Effect.all(Array.from({ length: 100 }, () => listening(app)))
      yield* settle
      expect(readers.changes).toBe(1)
      yield* Effect.forEach(all, ({ leave }) => leave)
      yield* TestClock.adjust(`${lingers + 2} seconds`)
      expect(readers).toMatchObject({ changes: 0, passages: 0 })
      const before = readers.statuses
      yield* TestClock.adjust("1 hour")
      expect(readers.statuses).toBe(before)
    })
  )

  it.scoped("is nothing of what passes where nobody has chosen that for a minute", () =>
    Effect.gen(function* () {
      const { readers, sources } = counted()
      const app = yield* Live.app(sources)
      yield* listening(app, "?events=status")
      yield* TestClock.adjust("10 seconds")
      expect(readers).toMatchObject({ changes: 1, passages: 0, taken: 0 })
      const { leave } = yield* listening(app)
      yield* settle
      expect(readers.taken).toBeGreaterThan(0)
      yield* leave
      yield* TestClock.adjust(`${lingers + 2} seconds`)
      const before = readers.taken
      yield* TestClock.adjust("10 seconds")
      expect(readers).toMatchObject({ changes: 1, passages: 0, taken: before })
    })
  )

  it.scoped(
    "is bounded where more passes than anybody can read: the rest of the second nobody looks, and that is said",
    () =>
      Effect.gen(function* () {
        const { readers, sources } = counted()
        const { heard } = yield* listening(yield* Live.app(sources))
        yield* TestClock.adjust("10 seconds")
        expect(readers.taken).toBeLessThanOrEqual(11 * (mostPassages + 200))
        expect(of("passage", heard()).length).toBeLessThanOrEqual(11 * mostPassages)
        expect(of("passage", heard()).length).toBeGreaterThanOrEqual(9 * mostPassages)
        expect(of("skipped", heard()).length).toBeGreaterThanOrEqual(9)
      })
  )
})
