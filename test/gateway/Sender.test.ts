import { describe, expect, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Layer, Stream } from "effect"
import { SendError } from "../../src/adapter/AdapterError.ts"
import { received } from "../../src/adapter/Signal.ts"
import * as Delivery from "../../src/delivery/Delivery.ts"
import { Outbox } from "../../src/delivery/Outbox.ts"
import { accountId, type AccountId, type Conversation } from "../../src/domain/Address.ts"
import type { Message, Receipt } from "../../src/domain/Message.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { type Handler, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { JumpingClock } from "../../src/testing/JumpingClock.ts"
import { beside, givesUp, play, playOpenly, settle, unauthorized } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const to = (where: string, account: AccountId = id): Conversation => ({ account, kind: "direct", id: where })

type Fields = Partial<Pick<SendError, "until" | "code">>
const refuse = (message: Message, reason: SendError["reason"], fields: Fields = {}) =>
  Effect.fail(new SendError({ messageId: message.id, reason, cause: "no", ...fields }))
const taken = (message: Message): Effect.Effect<Receipt> =>
  Effect.succeed({ message: message.id, platformId: "1", at: 0 })

/** An account that answers send number `n` (from 1) like this, and notes when each came. */
const answering = (
  answer: (n: number, message: Message) => Effect.Effect<Receipt, SendError>,
  options: FakeAdapter.FakeAdapterOptions = {}
) => {
  const at: Array<readonly [ms: number, text: string]> = []
  const fake = FakeAdapter.make({
    greeting,
    ...options,
    send: (message) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        at.push([now, message.content.text])
        return answer(at.length, message)
      })
  })
  return { fake, at, texts: () => at.map(([, text]) => text) }
}

const say = (where: string, ...texts: ReadonlyArray<string>) =>
  Effect.flatMap(Gateway, (gateway) =>
    Effect.forEach(texts, (text) => gateway.send(to(where), plain(text), `${where}-${text}`), { discard: true })
  )

describe("Sender", () => {
  it.effect("keeps the order of a conversation while its first message is tried again (F80)", () => {
    const { fake, texts } = answering((n, message) => (n <= 2 ? refuse(message, "Unreachable") : taken(message)))
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "one", "two", "three")
        yield* Effect.sleep("1 minute")
        expect(texts()).toEqual(["one", "one", "one", "two", "three"])
      })
    )
  })

  it.effect("what is said twice under one key is said once, in however many parts", () => {
    const capabilities = { limits: { text: 10, caption: 10 } }
    const { fake, texts } = answering((_, message) => taken(message), { capabilities })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        const gateway = yield* Gateway
        for (const text of ["short", "a longer text of parts", "a longer text of parts"])
          yield* gateway.send(to("ann"), plain(text), "key")
        yield* Effect.sleep("1 minute")
        expect(texts()).toEqual(["short"])
      })
    )
  })

  it.effect("a rate limit blocks its own conversation until it is over, and no other (F85)", () => {
    const { at, fake } = answering((n, message) =>
      n === 1 ? refuse(message, "RateLimited", { until: 20_000 }) : taken(message)
    )
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "one", "two")
        yield* settle
        yield* say("bob", "three")
        yield* Effect.sleep("1 minute")
        expect(at.map(([, text]) => text)).toEqual(["one", "three", "one", "two"])
        expect(at[2]?.[0]).toBe(20_000)
      })
    )
  })

  it.effect("a rate limit is kept to even when its account comes back before it is over (F85)", () => {
    const { at, fake } = answering((n, message) =>
      n === 1 ? refuse(message, "RateLimited", { until: 20_000 }) : taken(message)
    )
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "one")
        yield* settle
        yield* fake.emit(FakeAdapter.connected({ resumed: true, silence: "1 day" }))
        yield* settle
        expect(at).toHaveLength(1)
        yield* Effect.sleep("1 minute")
        expect(at.map(([ms]) => ms)).toEqual([at[0]?.[0], 20_000])
      })
    )
  })

  it.effect("a rate limit that is over by our clock costs a second, not a storm (F85)", () => {
    const { fake, texts } = answering((_, message) => refuse(message, "RateLimited", { until: 1 }))
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "one")
        yield* Effect.sleep("10 seconds")
        expect(texts().length).toBeLessThanOrEqual(11)
        expect(texts().length).toBeGreaterThan(1)
      })
    )
  })

  it.effect("three conversations turned away at once close their account's lane, for a minute at most (F85)", () => {
    const { at, fake } = answering((n, message) =>
      n <= 3 ? refuse(message, "RateLimited", { until: [20_000, 300_000, 25_000][n - 1] ?? 0 }) : taken(message)
    )
    const other = answering((_, message) => taken(message), { id: accountId("fake", "other") })
    return play(
      [fake, other.fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "one")
        yield* say("bob", "two")
        yield* settle
        yield* say("cid", "three")
        yield* settle
        const closedAt = at[2]?.[0] ?? NaN
        yield* say("dan", "four")
        yield* Effect.flatMap(Gateway, (gateway) =>
          gateway.send(to("eve", other.fake.account.id), plain("five"), "five")
        )
        yield* Effect.sleep("50 seconds")
        expect([at.length, other.texts()]).toEqual([3, ["five"]])
        yield* Effect.sleep("10 minutes")
        const when = new Map(at.slice(3).map(([ms, text]) => [text, ms]))
        const opened = closedAt + 60_000
        expect(["one", "three", "four", "two"].map((text) => when.get(text))).toEqual([opened, opened, opened, 300_000])
      })
    )
  })

  it.effect("however many conversations of one lane are turned away, their account goes on (F85)", () => {
    const { fake, texts } = answering(
      (n, message) =>
        n <= 3 ? Effect.delay(refuse(message, "RateLimited", { until: 60_000 }), "1 second") : taken(message),
      { capabilities: { lane: ({ id }) => id.slice(0, 3) } }
    )
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        for (const where of ["ops/1", "ops/2", "ops/3"]) yield* say(where, where)
        yield* Effect.sleep("2 seconds")
        yield* say("ops/4", "later")
        yield* say("ann", "now")
        yield* settle
        expect(texts().slice(3)).toEqual(["now"])
        yield* Effect.sleep("1 minute")
        expect(texts().slice(4).toSorted()).toEqual(["later", "ops/1", "ops/2", "ops/3"])
      })
    )
  })

  it.effect("conversations of one lane share their pace (F85)", () => {
    const slow = { burst: 1, every: Duration.seconds(5) }
    const free = { burst: 1, every: Duration.zero }
    const { at, fake } = answering((_, message) => taken(message), {
      capabilities: {
        lane: ({ id }) => id.slice(0, 3),
        pace: { account: free, conversation: { direct: slow, group: slow, channel: slow } }
      }
    })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        const began = yield* Clock.currentTimeMillis
        for (const where of ["ops/1", "ops/2", "ops/3", "ann"]) yield* say(where, where)
        yield* Effect.sleep("1 minute")
        expect(at.map(([ms]) => ms - began)).toEqual([0, 0, 5000, 10_000])
      })
    )
  })

  const chains: ReadonlyArray<readonly [string, (message: Message) => Effect.Effect<Receipt, SendError>]> = [
    ["are refused for good", (message) => refuse(message, "Rejected")],
    ["cannot be reached", (message) => refuse(message, "Unreachable")],
    ["may have arrived", (message) => refuse(message, "Uncertain")],
    ["are too many", (message) => refuse(message, "RateLimited", { until: 3_600_000 })],
    ["are never answered", () => Effect.never],
    ["break the adapter", () => Effect.die("a defect")]
  ]
  it.effect.each(chains)("a chain of messages that %s delays nobody else's (F71, F85)", ([, fails]) => {
    const { at, fake } = answering((_, message) =>
      message.conversation.id === "ann" ? fails(message) : taken(message)
    )
    const count = 20
    return play(
      [fake],
      { config: { drainWithin: Duration.zero } },
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", ...Array.from({ length: count }, (_, n) => `ann ${n}`))
        for (let n = 0; n < count; n++) {
          yield* Effect.sleep("1 minute")
          const now = yield* Clock.currentTimeMillis
          yield* say("bob", `bob ${n}`)
          yield* Effect.sleep("10 millis")
          expect(at.findLast(([, text]) => text === `bob ${n}`)?.[0]).toBe(now)
        }
      })
    )
  })

  it.effect("who waits for the pace waits, and is not asked again and again in the same moment (F66)", () => {
    const often = { burst: 1, every: Duration.micros(33_400n) }
    const free = { burst: 1, every: Duration.zero }
    const { fake, texts } = answering((_, message) => taken(message), {
      capabilities: { pace: { account: often, conversation: { direct: free, group: free, channel: free } } }
    })
    let asked = 0
    const counting = Layer.map(Delivery.layerMemory, (context) => {
      const outbox = Context.get(context, Outbox)
      return Context.add(context, Outbox, {
        ...outbox,
        work: (f, options) => outbox.work((work) => Effect.suspend(() => (asked++, f(work))), options)
      })
    })
    const count = 90
    return playOpenly(
      [fake],
      {},
      Effect.gen(function* () {
        const clock = yield* Effect.clock
        // a time of day as long as today's, whose last digit stands for a quarter of a microsecond
        if (clock instanceof JumpingClock) yield* clock.shift(1.8e12)
        yield* Effect.sleep("2 hours")
        for (let n = 0; n < count; n++) yield* say(`place ${n}`, String(n))
        yield* Effect.sleep("10 seconds")
        expect(texts()).toHaveLength(count)
        expect(asked).toBeLessThanOrEqual(3 * count)
      }),
      counting
    )
  })

  it.effect("two conversations turned away hold up no third (F85)", () => {
    const { at, fake } = answering((n, message) =>
      n <= 2 ? refuse(message, "RateLimited", { until: 20_000 }) : taken(message)
    )
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "one")
        yield* say("bob", "two")
        yield* say("cid", "three")
        yield* settle
        expect(at.map(([, text]) => text)).toEqual(["one", "two", "three"])
      })
    )
  })

  it.effect(
    "however long a platform is unreachable, no attempt is spent, and the message goes out after it (F95)",
    () => {
      let [down, left] = [true, 0]
      const { fake, texts } = answering(
        (_, message) =>
          down ? refuse(message, "Unreachable") : ++left < 5 ? refuse(message, "Uncertain") : taken(message),
        { capabilities: { deduplicates: () => true } }
      )
      return playOpenly(
        [fake],
        {},
        Effect.gen(function* () {
          const outbox = yield* Outbox
          yield* settle
          yield* say("ann", "one")
          yield* Effect.sleep("1 hour")
          expect(texts().length).toBeGreaterThan(100)
          down = false
          yield* Effect.sleep("5 minutes")
          // all five attempts that a message has were left for this
          expect([left, yield* outbox.depth]).toEqual([5, expect.objectContaining({ waiting: 0, dead: 0 })])
        })
      )
    }
  )

  it.effect(
    "a message to an account that is down waits for it, and leaves as soon as it is connected (F80, F83)",
    () => {
      let healthy = false
      const { at, fake } = answering((_, message) => taken(message), {
        open: () => Effect.suspend(() => (healthy ? Effect.void : Effect.never))
      })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* say("ann", "one")
          yield* Effect.sleep("10 minutes")
          healthy = true
          const gateway = yield* Gateway
          yield* gateway.restart(id)
          const now = yield* Clock.currentTimeMillis
          yield* settle
          expect(at).toEqual([[now, "one"]])
        })
      )
    }
  )

  const brief = { replyWindow: () => ({ within: Duration.minutes(5), replies: 2 }) }
  const late: Handler = () =>
    Stream.concat(
      Stream.make(plain("one"), plain("two"), plain("three")),
      Stream.fromEffect(Effect.as(Effect.sleep("5 minutes"), plain("late")))
    )
  const answered = [
    ["is said unasked where the platform takes that", true, ["one as 0", "two as 1", "three unasked", "late unasked"]],
    ["is put aside with that reason elsewhere", false, ["one as 0", "two as 1"]]
  ] as const
  it.effect.each(answered)("an answer past its window, or past its count, %s (F84)", ([, unasked, expected]) => {
    const { fake } = answering((_, message) => taken(message), { capabilities: { ...brief, unasked: () => unasked } })
    return playOpenly(
      [fake],
      { handler: late },
      Effect.gen(function* () {
        const outbox = yield* Outbox
        yield* settle
        yield* fake.emit(received({ ...FakeAdapter.said(id, "ann", "e", ""), at: yield* Clock.currentTimeMillis }))
        yield* Effect.sleep("1 hour")
        const manner = ({ content, replyTo }: Message) =>
          `${content.text} ${replyTo === undefined ? "unasked" : `as ${replyTo.ordinal}`}`
        expect(fake.sent.map(manner)).toEqual(expected)
        expect((yield* outbox.dead).map(({ attempts, reason }) => [attempts, reason])).toEqual(
          unasked
            ? []
            : [
                [0, expect.stringMatching(/reply window has passed \(2 answers .* number 3\).*unasked.*direct/)],
                [0, expect.stringMatching(/reply window has passed \(.* more than 5m ago\).*unasked.*direct/)]
              ]
        )
      })
    )
  })

  it.effect(
    "an answer that may have arrived is not said a second time, unasked, when its window has passed (F81, F84)",
    () => {
      const { fake, texts } = answering((n, message) => (n === 1 ? Effect.never : taken(message)), {
        capabilities: {
          replyWindow: () => ({ within: Duration.minutes(1), replies: 2 }),
          deduplicates: ({ replyTo }) => replyTo !== undefined
        }
      })
      return playOpenly(
        [fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(
            received({ ...FakeAdapter.said(id, "ann", "e", "one"), at: yield* Clock.currentTimeMillis }),
            received({ ...FakeAdapter.said(id, "ann", "f", "two"), at: yield* Clock.currentTimeMillis })
          )
          yield* Effect.sleep("1 hour")
          expect(texts()).toEqual(["one", "two"])
          const [dead] = yield* Effect.flatMap(Outbox, (outbox) => outbox.dead)
          expect([dead?.id, dead?.reason]).toEqual([`${id}/e#0`, expect.stringMatching(/^it may have arrived/)])
        })
      )
    }
  )

  it.effect("an uncertain send is repeated only where the platform tells repeats apart (F81)", () => {
    const [careful, plainly] = [true, false].map((deduplicates) =>
      answering((_, message) => refuse(message, "Uncertain"), { capabilities: { deduplicates: () => deduplicates } })
    )
    const run = (one: typeof careful) =>
      play(
        one === undefined ? [] : [one.fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* say("ann", "one")
          yield* Effect.sleep("1 hour")
          yield* say("ann", "two")
          yield* Effect.sleep("1 hour")
        })
      )
    return Effect.gen(function* () {
      yield* run(careful)
      yield* run(plainly)
      expect(careful?.texts()).toEqual([...Array<string>(5).fill("one"), ...Array<string>(5).fill("two")])
      expect(plainly?.texts()).toEqual(["one", "two"])
    })
  })

  it.effect("what may have arrived is sent again everywhere when an operator says so, five times at most (F81)", () => {
    const { fake, texts } = answering((n, message) =>
      n === 1 ? refuse(message, "Uncertain") : n === 2 ? taken(message) : refuse(message, "Uncertain")
    )
    return play(
      [fake],
      { config: { resendUncertain: true } },
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "one")
        yield* Effect.sleep("1 hour")
        expect(texts()).toEqual(["one", "one"])
        yield* say("ann", "two")
        yield* Effect.sleep("1 hour")
        expect(texts().slice(2)).toEqual(Array<string>(5).fill("two"))
      })
    )
  })

  it.effect.each([true, false])(
    "where messages can be changed (%s) a change is sent, elsewhere put aside (F82)",
    (edits) => {
      const { fake, texts } = answering((_, message) => taken(message), { capabilities: { edits } })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          const gateway = yield* Gateway
          yield* settle
          yield* gateway.send(to("ann"), plain("changed"), "k", { edits: "1" })
          yield* say("ann", "next")
          yield* Effect.sleep("1 hour")
          expect(texts()).toEqual(edits ? ["changed", "next"] : ["next"])
          expect(fake.sent.map((message) => message.edits)).toEqual(edits ? ["1", undefined] : [undefined])
        })
      )
    }
  )

  it.effect(
    "a send that never answers is uncertain after four minutes, and its conversation goes on (F71, F87)",
    () => {
      const { fake, texts } = answering((n, message) => (n === 1 ? Effect.never : taken(message)))
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* say("ann", "one", "two")
          yield* say("bob", "three")
          yield* settle
          expect(texts()).toEqual(["one", "three"])
          yield* Effect.sleep("3 minutes")
          expect(texts()).toEqual(["one", "three"])
          yield* Effect.sleep("61 seconds")
          expect(texts()).toEqual(["one", "three", "two"])
        })
      )
    }
  )

  it.effect(
    "only a receipt closes a message: what is refused for good is put aside, and the next one goes (F82)",
    () => {
      const { fake, texts } = answering((n, message) =>
        n === 1 ? refuse(message, "Rejected", { code: 40034 }) : n === 2 ? Effect.die("a defect") : taken(message)
      )
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* say("ann", "one", "two", "three")
          yield* Effect.sleep("1 hour")
          expect(texts()).toEqual(["one", "two", "three"])
        })
      )
    }
  )

  it.effect("a message of the same key is said once, however often it is asked for (F75)", () => {
    const { fake, texts } = answering((_, message) => taken(message))
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "one", "one")
        yield* settle
        yield* say("ann", "one")
        yield* settle
        expect(texts()).toEqual(["one"])
      })
    )
  })

  it.effect("the parts of a long message take no other message's name (F75)", () => {
    const { fake, texts } = answering((_, message) => taken(message), {
      capabilities: { limits: { text: 5, caption: 5 } }
    })
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        yield* gateway.send(to("ann"), plain("first again"), "v1")
        for (const key of ["v1.1", "v1#1", "v1/1", "1/v1", "/v1"]) yield* gateway.send(to("ann"), plain(key), key)
        yield* gateway.send(to("ann"), plain("first again"), "v1")
        yield* settle
        expect(texts()).toEqual(["first", "again", "v1.1", "v1#1", "v1/1", "1/v1", "/v1"])
      })
    )
  })

  it.effect.each(["Paused", "Parked"] as const)("fails at once for an account that is %s (F83)", (state) => {
    const fake = FakeAdapter.make({ greeting })
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        if (state === "Paused") yield* gateway.pause(id)
        else yield* givesUp(fake, unauthorized(id))
        yield* settle
        const error = yield* Effect.flip(gateway.send(to("ann"), plain("one"), "k"))
        expect([error.reason, error.cause]).toEqual(["Unreachable", `fake:main is ${state.toLowerCase()}`])
      })
    )
  })

  it.effect("refuses an account that is not there", () =>
    play(
      [],
      {},
      Effect.gen(function* () {
        const gateway = yield* Gateway
        const error = yield* Effect.flip(gateway.send(to("ann", accountId("fake", "nobody")), plain("one"), "k"))
        expect([error.reason, error.cause]).toEqual(["Rejected", "there is no account fake:nobody"])
      })
    )
  )

  it.effect("keeps to the pace of the platform, per conversation and per account (F85)", () => {
    const every = (span: Duration.DurationInput) => ({ burst: 1, every: Duration.decode(span) })
    const slow = every("5 seconds")
    const { at, fake } = answering((_, message) => taken(message), {
      capabilities: { pace: { account: every("1 second"), conversation: { direct: slow, group: slow, channel: slow } } }
    })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* say("ann", "a1", "a2")
        yield* say("bob", "b1")
        yield* Effect.sleep("1 minute")
        const when = new Map(at.map(([ms, text]) => [text, ms]))
        const gap = (one: string, other: string) => Math.abs((when.get(one) ?? NaN) - (when.get(other) ?? NaN))
        expect(gap("a1", "b1")).toBeGreaterThanOrEqual(1000)
        expect(gap("a1", "a2")).toBeGreaterThanOrEqual(5000)
        expect(at.length).toBe(3)
      })
    )
  })
})
