import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Layer, Metric, Ref, Stream } from "effect"
import { SendError } from "../../src/adapter/AdapterError.ts"
import { received } from "../../src/adapter/Signal.ts"
import * as Delivery from "../../src/delivery/Delivery.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { accountId } from "../../src/domain/Address.ts"
import type { Event } from "../../src/domain/Event.ts"
import type { Message } from "../../src/domain/Message.ts"
import { tooOld } from "../../src/gateway/Metrics/Passing.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import { type Handler, HandlerFailed, nondeterministic, piece, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { echo, jumping, play, playOpenly, settle } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const said = (where: string, event: string) => received(FakeAdapter.said(id, where, event, event))
const drainWithin = Duration.zero

/** What was said, as `event#ordinal text`. */
const told = (fake: FakeAdapter.FakeAdapter) =>
  fake.sent.map((message) => `${message.id.slice(id.length + 1)} ${message.content.text}`)

/** Somebody says something, and it is looked at what became of it at once. */
const asked = <A, E>(
  fake: FakeAdapter.FakeAdapter,
  options: Parameters<typeof play>[1],
  event: string,
  look: Effect.Effect<A, E, Gateway>
) => play([fake], options, Effect.zipRight(Effect.all([settle, fake.emit(said("ann", event)), settle]), look))

describe("Dispatcher", () => {
  it.effect("pieces are one reply, which ends where another begins or the handler does", () => {
    const fake = FakeAdapter.make({ greeting })
    const handler: Handler = () => Stream.make(piece("one "), piece("two"), plain("three"), piece("four"), piece(" "))
    return asked(
      fake,
      { handler, config: { drainWithin } },
      "e1",
      Effect.sync(() => {
        expect(told(fake)).toEqual(["e1#0 one two", "e1#1 three", "e1#2 four "])
      })
    )
  })

  it.effect("a reply that says nothing, and shows nothing, is none", () => {
    const fake = FakeAdapter.make({ greeting })
    const picture = { kind: "image", source: { _tag: "Url", url: "https://a.example/b.png" } } as const
    const handler: Handler = () => Stream.make(plain(""), plain(" \n"), { ...plain(""), media: picture }, plain("one"))
    return asked(
      fake,
      { handler, config: { drainWithin } },
      "e1",
      Effect.sync(() => {
        expect(told(fake)).toEqual(["e1#0 ", "e1#1 one"])
        expect(fake.sent[0]?.content.media).toEqual(picture)
      })
    )
  })

  it.effect("what a model had said when it broke off is said, and that it ends there", () => {
    const fake = FakeAdapter.make({ greeting })
    const broken = new HandlerFailed({ cause: "gone", retryable: true })
    const handler = nondeterministic(() => Stream.concat(Stream.make(piece("half of")), Stream.fail(broken)))
    return asked(
      fake,
      { handler, config: { drainWithin } },
      "e1",
      Effect.sync(() => {
        expect(told(fake)[0]).toBe("e1#0 half of")
        expect(told(fake)[1]).toContain("cut off")
      })
    )
  })

  it.effect("a handler that never answers delays no other conversation and no pull (F70, F71, F87)", () => {
    const fake = FakeAdapter.make({ greeting })
    const handler: Handler = (event) => (event.id === "stuck" ? Stream.never : echo(event))
    return play(
      [fake],
      { handler, config: { drainWithin } },
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("ann", "stuck"), said("ann", "behind"), said("bob", "e1"))
        yield* settle
        yield* fake.emit(said("bob", "e2"))
        yield* settle
        expect(told(fake)).toEqual(["e1#0 e1", "e2#0 e2"])
      })
    )
  })

  it.effect(
    "an event that comes again, in the same chunk, after a reconnect, or after a restart, is handled once (F75)",
    () => {
      const fake = FakeAdapter.make({ greeting })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(said("ann", "e1"), said("ann", "e1"))
          yield* settle
          yield* fake.emit(FakeAdapter.connected({ resumed: true }), said("ann", "e1"))
          yield* settle
          yield* fake.end(Exit.void)
          yield* Effect.sleep("5 seconds")
          yield* fake.emit(said("ann", "e1"), said("ann", "e2"))
          yield* settle
          expect(told(fake)).toEqual(["e1#0 e1", "e2#0 e2"])
        })
      )
    }
  )

  it.effect(
    "the same event id under two accounts is two events, answered by the account that heard it (F46, F92)",
    () => {
      const second = accountId("fake", "second")
      const [one, two] = [FakeAdapter.make({ greeting }), FakeAdapter.make({ id: second, greeting })]
      return play(
        [one, two],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* one.emit(received(FakeAdapter.said(id, "ann", "e1", "to one")))
          yield* two.emit(received(FakeAdapter.said(second, "ann", "e1", "to two")))
          yield* settle
          expect(one.sent.map(({ id, content }) => [id, content.text])).toEqual([["fake:main/e1#0", "to one"]])
          expect(two.sent.map(({ id, content }) => [id, content.text])).toEqual([["fake:second/e1#0", "to two"]])
        })
      )
    }
  )

  it.effect("what happened longer ago than the account allows is put aside with that reason, and never handled", () => {
    const fake = FakeAdapter.make({ greeting, maxAge: Duration.minutes(5) })
    const at = (event: string, at: number) => received({ ...FakeAdapter.said(id, "ann", event, event), at })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* Effect.sleep("10 minutes")
        const now = yield* Clock.currentTimeMillis
        yield* fake.emit(at("old", now - 300_500), at("young", now - 299_000))
        yield* settle
        expect(told(fake)).toEqual(["young#0 young"])
      })
    )
  })

  it.effect(
    "what the gateway allows counts for every account that says nothing of it, whatever its platform (F74)",
    () => {
      const second = accountId("fake", "second")
      const [plainly, own] = [
        FakeAdapter.make({ greeting }),
        FakeAdapter.make({ id: second, greeting, maxAge: Duration.hours(1) })
      ]
      const at = (account: typeof id, event: string, at: number) =>
        received({ ...FakeAdapter.said(account, "ann", event, event), at })
      return playOpenly(
        [plainly, own],
        { config: { maxAge: Duration.minutes(5) } },
        Effect.gen(function* () {
          const before = yield* Metric.value(tooOld.of())
          yield* Effect.sleep("2 hours")
          const now = yield* Clock.currentTimeMillis
          const [old, older] = [now - 600_000, now - 3_601_000]
          yield* plainly.emit(at(id, "restart", old), at(id, "young", now))
          yield* own.emit(at(second, "restart", older), at(second, "old", old))
          yield* settle
          expect([told(plainly), told(own).map((line) => line.slice(2))]).toEqual([["young#0 young"], ["old#0 old"]])
          const dead = yield* Effect.flatMap(Inbox, (inbox) => inbox.dead)
          expect(dead.map(({ id, reason }) => [id, reason]).toSorted()).toEqual([
            [`${id}/restart`, "it happened more than 5m ago"],
            [`${second}/restart`, "it happened more than 1h ago"]
          ])
          expect((yield* Metric.value(tooOld.of())).count).toBe(before.count + 2)
        })
      )
    }
  )

  it.effect("replies are numbered in order, and a long one is split when it is numbered", () => {
    const fake = FakeAdapter.make({ greeting, capabilities: { limits: { text: 5, caption: 5 } } })
    const handler: Handler = () => Stream.make(plain("one"), plain("aaaaabbbbbc"), plain("two"))
    return asked(
      fake,
      { handler },
      "e",
      Effect.sync(() => {
        expect(told(fake)).toEqual(["e#0 one", "e#1 aaaaa", "e#2 bbbbb", "e#3 c", "e#4 two"])
        expect(fake.sent.map(({ replyTo }) => replyTo?.ordinal)).toEqual([0, 1, 2, 3, 4])
      })
    )
  })

  it.effect("what a slow handler has said is said while it goes on, and not again when it fails later", () => {
    const fake = FakeAdapter.make({ greeting })
    let runs = 0
    const handler: Handler = () => {
      runs += 1
      const last =
        runs === 1 ? Stream.fail(new HandlerFailed({ cause: "late", retryable: true })) : Stream.make(plain("done"))
      return Stream.concat(
        Stream.make(plain("thinking")),
        Stream.concat(Stream.execute(Effect.sleep("10 seconds")), last)
      )
    }
    return asked(
      fake,
      { handler },
      "e",
      Effect.gen(function* () {
        expect(told(fake)).toEqual(["e#0 thinking"])
        yield* Effect.sleep("1 minute")
        expect(told(fake)).toEqual(["e#0 thinking", "e#1 done"])
        expect(runs).toBe(2)
      })
    )
  })

  const failures: ReadonlyArray<readonly [string, Handler, number]> = [
    ["fails", () => Stream.fail(new HandlerFailed({ cause: "no", retryable: true })), 3],
    ["dies", () => Stream.die("a defect"), 3],
    [
      "throws before it has a stream",
      () => {
        throw new Error("a defect")
      },
      3
    ],
    ["says that trying again is hopeless", () => Stream.fail(new HandlerFailed({ cause: "no", retryable: false })), 1]
  ]
  it.effect.each(failures)(
    "a handler that %s has its event put aside in the end, and the next one handled (F86)",
    ([, fails, runs]) => {
      const fake = FakeAdapter.make({ greeting })
      let ran = 0
      const handler: Handler = (event) => {
        if (event.id !== "poison") return echo(event)
        ran += 1
        return fails(event)
      }
      return play(
        [fake],
        { handler, config: { handlerAttempts: 3 } },
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(said("ann", "poison"), said("ann", "next"))
          yield* Effect.sleep("1 hour")
          expect(ran).toBe(runs)
          expect(told(fake).slice(-1)).toEqual(["next#0 next"])
        })
      )
    }
  )

  const endless: ReadonlyArray<readonly [string, Effect.Effect<void>, boolean]> = [
    ["is interrupted", Effect.never, true],
    ["that cannot be interrupted is left behind", Effect.uninterruptible(Effect.never), false]
  ]
  it.effect.each(endless)(
    "a handler that outlasts its time %s, and the next message of its conversation is handled (F70, F87)",
    ([, stuck, interrupted]) => {
      const fake = FakeAdapter.make({ greeting })
      let cut = false
      const handler: Handler = (event) =>
        event.id === "stuck"
          ? Stream.execute(Effect.onInterrupt(stuck, () => Effect.sync(() => (cut = true))))
          : echo(event)
      return playOpenly(
        [fake],
        { handler, config: { drainWithin, handlerWithin: Duration.minutes(2), notices: undefined } },
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(said("ann", "stuck"), said("ann", "next"))
          yield* Effect.sleep("119 seconds")
          expect(told(fake)).toEqual([])
          yield* Effect.sleep("2 seconds")
          expect([told(fake), cut]).toEqual([["next#0 next"], interrupted])
          const dead = yield* Effect.flatMap(Inbox, (inbox) => inbox.dead)
          expect(dead.map(({ id: name, reason }) => [name, reason])).toEqual([[`${id}/stuck`, "no end within 2m"]])
        })
      )
    }
  )

  it.effect("what is said while a conversation is busy is handled after it, in order and one at a time (F79)", () => {
    const fake = FakeAdapter.make({ greeting })
    return Effect.gen(function* () {
      const busy = yield* Ref.make(0)
      const most = yield* Ref.make(0)
      const handler: Handler = (event: Event) =>
        Stream.fromEffect(
          Effect.gen(function* () {
            const now = yield* Ref.updateAndGet(busy, (n) => n + 1)
            yield* Ref.update(most, (n) => Math.max(n, now))
            yield* Effect.sleep(event.id === "e0" ? "5 seconds" : "10 millis")
            yield* Ref.update(busy, (n) => n - 1)
            return plain(String(yield* Clock.currentTimeMillis))
          })
        )
      yield* play(
        [fake],
        { handler },
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(...Array.from({ length: 20 }, (_, n) => said("ann", `e${n}`)))
          yield* Effect.sleep("1 minute")
          expect(fake.sent.map(({ replyTo }) => replyTo?.event)).toEqual(Array.from({ length: 20 }, (_, n) => `e${n}`))
          expect(yield* Ref.get(most)).toBe(1)
        })
      )
    })
  })

  it.effect("an account whose outbox is full holds up no other's early replies", () => {
    const [full, other] = ["full", "other"].map((name) => accountId("fake", name))
    if (full === undefined || other === undefined) return Effect.die("no accounts")
    const send = (message: Message) =>
      Effect.fail(new SendError({ messageId: message.id, reason: "Unreachable", cause: "no" }))
    const [deaf, fine] = [FakeAdapter.make({ id: full, greeting, send }), FakeAdapter.make({ id: other, greeting })]
    const handler: Handler = (event) => Stream.concat(Stream.make(plain(event.id)), Stream.never)
    const layer = Gateway.layer({ accounts: [deaf.account, fine.account], handler, config: { drainWithin } }).pipe(
      Layer.provide(MemoryStores.layerBeside(Delivery.layerMemoryWith({ capacity: 8 })))
    )
    const test = Effect.gen(function* () {
      const gateway = yield* Gateway
      yield* settle
      for (const key of ["a", "b", "c", "d"])
        yield* gateway.send({ account: full, kind: "direct", id: "ann" }, plain(key), key)
      yield* deaf.emit(received(FakeAdapter.said(full, "bob", "e1", "")))
      yield* fine.emit(received(FakeAdapter.said(other, "bob", "e1", "")))
      yield* settle
      expect(fine.sent.map(({ content }) => content.text)).toEqual(["e1"])
    })
    return jumping(Effect.provide(test, layer))
  })
})
