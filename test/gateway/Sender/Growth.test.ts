import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Stream } from "effect"
import { SendError } from "../../../src/adapter/AdapterError.ts"
import { received } from "../../../src/adapter/Signal.ts"
import type { Message, Receipt } from "../../../src/domain/Message.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import type { GatewayConfig } from "../../../src/gateway/GatewayConfig.ts"
import { words } from "../../../src/gateway/Notices.ts"
import {
  type Handler,
  HandlerFailed,
  nondeterministic,
  piece,
  plain,
  type Reply
} from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { givesUp, playOpenly, settle } from "../stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const said = (event: string, where = "ann") => received(FakeAdapter.said(id, where, event, event))

interface Call {
  readonly at: number
  readonly message: Message
}

type Answer = (message: Message, n: number) => Effect.Effect<void, SendError>

/** An account on which people see replies grow, a change every second; every call that it was given, in order. */
const growing = (
  answer: Answer = () => Effect.void,
  capabilities: FakeAdapter.FakeAdapterOptions["capabilities"] = {}
) => {
  const calls: Array<Call> = []
  const send = (message: Message): Effect.Effect<Receipt, SendError> =>
    Effect.gen(function* () {
      const at = yield* Clock.currentTimeMillis
      calls.push({ at, message })
      const platformId = message.edits ?? `p${calls.length}`
      yield* answer(message, calls.length)
      return { message: message.id, platformId, at }
    })
  const fake = FakeAdapter.make({
    greeting,
    send,
    capabilities: { growth: () => ({ every: Duration.seconds(1), paced: true }), ...capabilities }
  })
  return { fake, calls }
}

/** A gateway that has few conversations. */
const play = <A, E>(
  fake: FakeAdapter.FakeAdapter,
  handler: Handler,
  test: Effect.Effect<A, E, Gateway>,
  config: Partial<GatewayConfig> = {}
) => playOpenly([fake], { handler, config: { concurrency: 8, ...config } }, test)

/** Somebody says something there, and it is looked at what became of it within a minute. */
const asked = <A, E>(
  fake: FakeAdapter.FakeAdapter,
  handler: Handler,
  look: Effect.Effect<A, E, Gateway>,
  config: Partial<GatewayConfig> = {}
) =>
  play(
    fake,
    handler,
    Effect.zipRight(settle, Effect.zipRight(fake.emit(said("e1")), Effect.zipRight(Effect.sleep("1 minute"), look))),
    config
  )

const refuse = (message: Message, reason: SendError["reason"], until?: number) =>
  Effect.fail(new SendError({ messageId: message.id, reason, cause: "no", ...(until === undefined ? {} : { until }) }))

/** What was done, as `name>changed text`. */
const told = (calls: ReadonlyArray<Call>) =>
  calls.map(
    ({ message: { content, edits, id: name } }) =>
      `${name.slice(id.length + 1)}${edits === undefined ? "" : `>${edits}`} ${content.text}`
  )

/** What people see in the end, in the order in which it first appeared. */
const seen = (calls: ReadonlyArray<Call>) => {
  const texts = new Map<string, string>()
  calls.forEach(({ message: { content, edits } }, index) => texts.set(edits ?? `p${index + 1}`, content.text))
  return [...texts.values()]
}

/** Pieces, each so long after the one before. */
const slowly = (span: Duration.DurationInput, ...pieces: ReadonlyArray<string>): Stream.Stream<Reply> =>
  Stream.mapEffect(Stream.fromIterable(pieces.entries()), ([index, text]) =>
    Effect.as(index === 0 ? Effect.void : Effect.sleep(span), piece(text))
  )

const broken = (retryable: boolean) => Stream.fail(new HandlerFailed({ cause: "gone", retryable }))

describe("Growth", () => {
  it.effect("the first piece is said at once, and then changed every so often, until the whole takes its place", () => {
    const { calls, fake } = growing()
    const pieces = Array.from({ length: 12 }, (_, n) => `${n} `)
    return play(
      fake,
      () => slowly("250 millis", ...pieces),
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("e1"))
        yield* Effect.sleep("10 seconds")
        expect(told(calls)).toEqual([
          "e1#0/draft 0 ",
          "e1#0/draft>p1 0 1 2 3 4 ",
          "e1#0/draft>p1 0 1 2 3 4 5 6 7 8 ",
          "e1#0>p1 0 1 2 3 4 5 6 7 8 9 10 11 "
        ])
        const [first, ...rest] = calls.map(({ at }) => at)
        expect((rest[0] ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1000)
        expect(calls.map(({ message }) => message.grows ?? false)).toEqual([true, true, true, false])
        expect(calls.map(({ message }) => message.replyTo?.ordinal)).toEqual([0, 0, 0, 0])
        const receipt = yield* Effect.flatMap(Gateway, (gateway) => gateway.receipt(`${id}/e1#0`))
        expect(receipt).toMatchObject({ _tag: "Sent", receipt: { platformId: "p1" } })
      })
    )
  })

  it.effect("a reply that is whole before any of it was said is said once", () => {
    const { calls, fake } = growing()
    return play(
      fake,
      () => Stream.make(piece("one "), piece("two"), plain("three")),
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("e1"))
        yield* settle
        expect(told(calls)).toEqual(["e1#0 one two", "e1#1 three"])
      })
    )
  })

  it.effect("blanks are nothing to show: it begins with the first word", () => {
    const { calls, fake } = growing()
    return play(
      fake,
      () => slowly("1 second", " ", "\n", "word"),
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("e1"), said("e2", "bob"))
        yield* Effect.sleep("1 minute")
        expect(seen(calls)).toEqual([" \nword", " \nword"])
        expect(calls).toHaveLength(2)
      })
    )
  })

  it.effect("what one message does not hold grows in the next, and is said whole in the end", () => {
    const { calls, fake } = growing(undefined, { limits: { text: 10, caption: 10 } })
    const handler: Handler = () => slowly("2 seconds", "first six ", "words of ", "a long ", "answer")
    return asked(
      fake,
      handler,
      Effect.sync(() => {
        expect(calls.every(({ message }) => message.content.text.length <= 10)).toBe(true)
        expect(seen(calls)).toEqual(["first six", "words of", "a long", "answer"])
        expect(
          told(calls)
            .slice(-4)
            .map((line) => line.split(" ")[0])
        ).toEqual(["e1#0>p1", "e1#1>p2", "e1#2>p4", "e1#3"])
      })
    )
  })

  it.effect(
    "what cannot be changed afterwards is shown as far as one message holds it, and what follows is said whole",
    () => {
      const { calls, fake } = growing(undefined, { edits: false, limits: { text: 10, caption: 10 } })
      return asked(
        fake,
        () => slowly("2 seconds", "first six ", "words of ", "a long ", "answer"),
        Effect.sync(() => {
          expect(seen(calls)).toEqual(["first six", "words of", "a long", "answer"])
          expect(new Set(told(calls).map((line) => line.split(/[> ]/)[0]))).toEqual(
            new Set(["e1#0/draft", "e1#0", "e1#1", "e1#2", "e1#3"])
          )
        })
      )
    }
  )

  it.effect("where nothing can be seen to grow it is said when it is whole", () => {
    const { calls, fake } = growing(undefined, { growth: () => undefined })
    return asked(
      fake,
      () => slowly("2 seconds", "a", "b", "c"),
      Effect.sync(() => {
        expect(told(calls)).toEqual(["e1#0 abc"])
      })
    )
  })

  it.effect("a change that hangs is the only one at a time, and the whole comes after it", () => {
    const { calls, fake } = growing((message) => (message.grows && message.edits ? Effect.never : Effect.void))
    return asked(
      fake,
      () => slowly("1 second", "a", "b", "c", "d"),
      Effect.sync(() => {
        expect(told(calls)).toEqual(["e1#0/draft a", "e1#0/draft>p1 ab", "e1#0>p1 abcd"])
        expect((calls[2]?.at ?? 0) - (calls[1]?.at ?? 0)).toBe(5000)
      })
    )
  })

  const failures: ReadonlyArray<readonly [string, Answer]> = [
    ["is refused", (message) => refuse(message, "Rejected")],
    ["may have been lost", (message) => refuse(message, "Uncertain")],
    ["dies", () => Effect.die("a defect")]
  ]
  it.effect.each(failures)("a change that %s costs nothing but itself", ([, fails]) => {
    const { calls, fake } = growing((message, n) => (n === 2 ? fails(message, n) : Effect.void))
    return asked(
      fake,
      () => slowly("2 seconds", "a", "b", "c"),
      Effect.sync(() => {
        expect(told(calls)).toEqual(["e1#0/draft a", "e1#0/draft>p1 ab", "e1#0>p1 abc"])
      })
    )
  })

  it.effect("a rate limit ends the changes until it is over, and delays the whole no longer (F85)", () => {
    const { calls, fake } = growing((message, n) => (n === 2 ? refuse(message, "RateLimited", 20_000) : Effect.void))
    return asked(
      fake,
      () => slowly("2 seconds", "a", "b", "c", "d"),
      Effect.sync(() => {
        expect(told(calls)).toEqual(["e1#0/draft a", "e1#0/draft>p1 ab", "e1#0>p1 abcd"])
        expect(calls[2]?.at).toBe(20_000)
      })
    )
  })

  it.effect("a change takes nothing of the pace that a message waits for", () => {
    const slow = { burst: 1, every: Duration.seconds(3) }
    const { calls, fake } = growing(undefined, {
      pace: { account: slow, conversation: { direct: slow, group: slow, channel: slow } }
    })
    return play(
      fake,
      (event) => (event.id === "e1" ? slowly("1 second", "a", "b", "c", "d", "e") : Stream.make(plain("!"))),
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("e1"))
        yield* settle
        yield* fake.emit(said("e2", "bob"), said("e3", "cas"))
        yield* Effect.sleep("1 minute")
        expect(told(calls)).toEqual(["e1#0/draft a", "e2#0 !", "e3#0 !", "e1#0>p1 abcde"])
      })
    )
  })

  const unsaid: ReadonlyArray<readonly [string, SendError["reason"]]> = [
    ["was refused", "Rejected"],
    ["may have arrived", "Uncertain"]
  ]
  it.effect.each(unsaid)("a draft that %s is left out, and the whole is said by itself", ([, reason]) => {
    const { calls, fake } = growing((message) => (message.grows ? refuse(message, reason) : Effect.void))
    return asked(
      fake,
      () => slowly("2 seconds", "a", "b"),
      Effect.sync(() => {
        expect(told(calls)).toEqual(["e1#0/draft a", "e1#0 ab"])
      })
    )
  })

  it.effect("a whole that may not take the place of the draft is said by itself", () => {
    const { calls, fake } = growing((message) =>
      message.edits !== undefined && !message.grows ? refuse(message, "Rejected") : Effect.void
    )
    return asked(
      fake,
      () => slowly("100 millis", "a", "b"),
      Effect.sync(() => {
        expect(told(calls)).toEqual(["e1#0/draft a", "e1#0>p1 ab", "e1#0 ab"])
      })
    )
  })

  it.effect("a whole that may have taken the place of the draft is not said beside it (F81)", () => {
    let wholes = 0
    const { calls, fake } = growing(
      (message) =>
        message.edits === undefined || message.grows
          ? Effect.void
          : refuse(message, wholes++ === 0 ? "Uncertain" : "Rejected"),
      { deduplicates: () => true }
    )
    return asked(
      fake,
      () => slowly("100 millis", "a", "b"),
      Effect.gen(function* () {
        expect(told(calls)).toEqual(["e1#0/draft a", "e1#0>p1 ab", "e1#0>p1 ab"])
        const fate = yield* Effect.flatMap(Gateway, (gateway) => gateway.receipt(`${id}/e1#0`))
        expect(fate).toMatchObject({ _tag: "Dead", reason: expect.stringMatching(/^it may have arrived: .*no/) })
      })
    )
  })

  it.effect("a handler that fails while it is seen to grow, and says the same again, ends in one whole reply", () => {
    const { calls, fake } = growing()
    let runs = 0
    const handler: Handler = () => {
      runs += 1
      const words = slowly("2 seconds", "a", "b", "c")
      return runs === 1 ? Stream.concat(Stream.take(words, 2), broken(true)) : words
    }
    return asked(
      fake,
      handler,
      Effect.sync(() => {
        expect(runs).toBe(2)
        expect(seen(calls)).toEqual(["abc"])
      })
    )
  })

  it.effect("what is whole is not torn again by a handler that fails after it, and is tried again (F81)", () => {
    const { calls, fake } = growing()
    let runs = 0
    const handler: Handler = () => {
      runs += 1
      const replies = Stream.concat(slowly("2 seconds", "a", "b", "c"), Stream.make(plain("more")))
      return runs === 1
        ? Stream.concat(replies, Stream.drain(Stream.fromEffect(Effect.sleep("1 second")))).pipe(
            Stream.concat(broken(true))
          )
        : replies
    }
    return asked(
      fake,
      handler,
      Effect.sync(() => {
        expect(runs).toBe(2)
        expect(seen(calls)).toEqual(["abc", "more"])
      })
    )
  })

  it.effect("one that is interrupted before it has said as much again ends as far as it ever got", () => {
    const { calls, fake } = growing()
    let runs = 0
    const handler: Handler = ({ id }) => {
      if (id === "e2") return Effect.succeed(plain("!"))
      runs += 1
      return Stream.concat(slowly("2 seconds", "a", "b"), broken(true))
    }
    return play(
      fake,
      handler,
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("e1"))
        yield* Effect.sleep("2500 millis")
        yield* fake.emit(said("e2"))
        yield* Effect.sleep("1 minute")
        expect(runs).toBe(2)
        expect(told(calls).slice(-2)).toEqual(["e1#0>p1 ab", "e2#0 !"])
      }),
      { turns: "interrupt" }
    )
  })

  it.effect(
    "first words with which a handler fails are not begun to be shown, so that nothing stays unfinished",
    () => {
      const { calls, fake } = growing()
      let runs = 0
      const handler: Handler = ({ id }) => {
        if (id === "e2") return Effect.succeed(plain("!"))
        runs += 1
        return runs === 1 ? Stream.concat(Stream.make(piece("a")), broken(true)) : Stream.never
      }
      return play(
        fake,
        handler,
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(said("e1"))
          yield* Effect.sleep("10 seconds")
          yield* fake.emit(said("e2"))
          yield* settle
          expect([runs, told(calls)]).toEqual([2, ["e2#0 !"]])
        }),
        { turns: "interrupt" }
      )
    }
  )

  it.effect("and ends as far as it ever got when it fails for good, and the person is told", () => {
    const { calls, fake } = growing()
    let runs = 0
    const handler: Handler = () => {
      runs += 1
      return runs === 1 ? Stream.concat(slowly("2 seconds", "a", "b"), broken(true)) : broken(false)
    }
    return asked(
      fake,
      handler,
      Effect.sync(() => {
        expect(seen(calls)).toEqual(["ab", words.en.failed])
        expect(told(calls).at(-2)).toBe("e1#0>p1 ab")
      })
    )
  })

  it.effect("one that says something else each time ends where it broke off, and says so", () => {
    const { calls, fake } = growing()
    const handler = nondeterministic(() => Stream.concat(slowly("2 seconds", "a", "b"), broken(true)))
    return asked(
      fake,
      handler,
      Effect.sync(() => {
        expect(seen(calls)).toEqual(["ab", words.en.cut])
      })
    )
  })

  it.effect("a handler that never ends is cut off at its time with what it has said, and says no more (F70)", () => {
    const { calls, fake } = growing()
    const handler: Handler = () =>
      Stream.concat(
        slowly("2 seconds", "a", "b"),
        Stream.repeatEffect(Effect.uninterruptible(Effect.delay(Effect.succeed(piece(".")), "1 minute")))
      )
    return play(
      fake,
      handler,
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("e1"))
        yield* Effect.sleep("10 minutes")
        expect(seen(calls)).toEqual(["ab.", words.en.failed])
      }),
      { handlerWithin: Duration.minutes(2), drainWithin: Duration.zero }
    )
  })

  it.effect("an account that is down holds nobody up: its reply is whole when it is back", () => {
    const { calls, fake } = growing((message) => (down ? refuse(message, "Unreachable") : Effect.void))
    let down = true
    return play(
      fake,
      () => slowly("1 second", "a", "b", "c"),
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("e1"))
        yield* Effect.sleep("10 seconds")
        yield* givesUp(fake)
        down = false
        yield* Effect.sleep("2 minutes")
        const last = calls.length
        expect(told(calls).slice(-2)).toEqual(["e1#0/draft a", `e1#0>p${last - 1} abc`])
      })
    )
  })
})
