import { describe, expect, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Either, Layer, Random, Stream } from "effect"
import { SendError } from "../../../src/adapter/AdapterError.ts"
import * as Delivery from "../../../src/delivery/Delivery.ts"
import { Inbox } from "../../../src/delivery/Inbox.ts"
import { type Item, StoreRefused } from "../../../src/delivery/KeyedQueue.ts"
import * as MemoryQueue from "../../../src/delivery/MemoryQueue.ts"
import { Outbox } from "../../../src/delivery/Outbox.ts"
import type { Event } from "../../../src/domain/Event.ts"
import type { Message } from "../../../src/domain/Message.ts"
import type { GatewayConfig } from "../../../src/gateway/GatewayConfig.ts"
import {
  type Handler,
  HandlerFailed,
  nondeterministic,
  piece,
  plain,
  type Reply
} from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { greeting, id, text } from "../life.ts"
import { givesUp, playOpenly, settle, status } from "../stage.ts"

const chance = (probability: number) => Effect.map(Random.next, (drawn) => drawn < probability)
const upTo = (most: number) => Random.nextIntBetween(0, most)

/** What a handler says next, after so many milliseconds: a whole reply, or a piece of one that grows. */
interface Step {
  readonly wait: number
  readonly text: string
  readonly whole: boolean
}

const scriptOf = (event: string) =>
  Effect.gen(function* () {
    const steps: Array<Step> = []
    for (let reply = yield* upTo(3); reply >= 0; reply--) {
      for (let pieces = yield* upTo(6); pieces > 0; pieces--)
        steps.push({ wait: (yield* chance(0.3)) ? 0 : yield* upTo(3000), text: `${event}.`, whole: false })
      steps.push({ wait: yield* upTo(3000), text: `${event}!${reply}`, whole: true })
    }
    return steps
  })

/** The messages that these steps come to. */
const messagesOf = (steps: ReadonlyArray<Step>): ReadonlyArray<string> => {
  const all: Array<string> = []
  let open = ""
  for (const { text, whole } of steps) {
    if (whole && open !== "") all.push(open)
    open = whole ? "" : open + text
    if (whole) all.push(text)
  }
  return all
}

/** A platform that is slow, turns away, is out of reach, and loses the word that it took a change; what stands in it, in order. */
const platform = () => {
  const texts = new Map<string, string>()
  const names: Array<string> = []
  const send: FakeAdapter.FakeAdapterOptions["send"] = ({ content, edits, id: message }) =>
    Effect.gen(function* () {
      const at = yield* Clock.currentTimeMillis
      const no = (reason: SendError["reason"]) =>
        new SendError({ messageId: message, reason, cause: "no", until: at + 5000 })
      const put = Effect.sync(() => {
        const platformId = edits ?? `p${texts.size}`
        texts.set(platformId, content.text)
        names.push(message)
        return platformId
      })
      const drawn = yield* Random.next
      if (drawn < 0.1) return yield* no("RateLimited")
      if (drawn < 0.2) return yield* no("Unreachable")
      if (drawn < 0.3) yield* Effect.sleep(yield* upTo(7000))
      if (drawn < 0.9 || edits === undefined) return { message, platformId: yield* put, at }
      if (yield* chance(0.5)) yield* put
      return yield* no("Uncertain")
    })
  const capabilities = {
    growth: () => ({ every: Duration.seconds(1), paced: true }),
    deduplicates: ({ edits }: Message) => edits !== undefined
  }
  return { texts, names, adapter: { greeting, send, capabilities } }
}

/** Queues of which one refuses so many of the next outcomes, and the other so many offers. */
const ailing = () => {
  const refuses = { outcomes: 0, offers: 0 }
  const refused = new StoreRefused({ store: "store", cause: "it is ill" })
  const stores = Layer.effectContext(
    Effect.gen(function* () {
      const outbox = yield* MemoryQueue.make<Message>({ ...Delivery.defaults, name: "outbox" })
      const bounds = { ...Delivery.defaults, name: "inbox" }
      const inbox = yield* MemoryQueue.makeFeeding<Event, Message>(bounds, {
        unsafeOffer: (items, now) => (refuses.outcomes-- > 0 ? Either.left(refused) : outbox.unsafeOffer(items, now))
      })
      const offer = (items: ReadonlyArray<Item<Message>>) =>
        Effect.suspend(() => (refuses.offers-- > 0 ? refused : outbox.offer(items)))
      return Context.make(Outbox, { ...outbox, offer }).pipe(Context.add(Inbox, inbox))
    })
  )
  return { refuses, stores }
}

type Kind = readonly [what: string, config: Partial<GatewayConfig>, once: boolean]

const kinds: ReadonlyArray<Kind> = [
  ["where what is said waits for its turn", {}, false],
  ["where it interrupts", { turns: "interrupt" }, false],
  ["where it is refused", { turns: "refuse" }, false],
  ["of handlers that say something else each time, and are interrupted", { turns: "interrupt" }, true]
]

const places = ["ann", "bob"]

describe("any story of replies that grow, of handlers that fail, of a platform and a store that refuse", () => {
  const stories = [1, 2, 3, 4].flatMap((seed) =>
    kinds.map(([what, config, once]) => [what, seed, config, once] as const)
  )

  it.effect.each(stories)(
    "ends in answers that are whole, once, and in order, %s, from seed %i",
    ([, seed, config, once]) => {
      const { adapter, names, texts } = platform()
      const { refuses, stores } = ailing()
      const fake = FakeAdapter.make(adapter)
      const scripts = new Map<string, ReadonlyArray<Step>>()
      const runs = new Map<string, number>()

      const handler: Handler = (event) =>
        Stream.unwrap(
          Effect.gen(function* () {
            const run = (runs.get(event.id) ?? 0) + 1
            runs.set(event.id, run)
            const steps = scripts.get(event.id) ?? []
            const fails = run < 4 && (yield* chance(0.4))
            const said = fails ? steps.slice(0, yield* upTo(steps.length + 1)) : steps
            const mark = once ? `(${run})` : ""
            const replies = Stream.mapEffect(Stream.fromIterable(said), ({ text, wait, whole }): Effect.Effect<Reply> =>
              Effect.delay(Effect.succeed((whole ? plain : piece)(text + mark)), wait)
            )
            return fails ? Stream.concat(replies, new HandlerFailed({ cause: "no", retryable: true })) : replies
          })
        )

      /** What became of one event, which may have been `ended` by another. */
      const check = (event: string, ended: boolean) => {
        const seen = [...texts.values()].filter((text) => text.startsWith(event))
        const which = new Set(seen.flatMap((text) => text.match(/\(\d\)/g) ?? []))
        expect(which.size, event).toBe(once && seen.length > 0 ? 1 : 0)
        const bare = seen.map((text) => text.replace(/\(\d\)/g, ""))
        const whole = messagesOf(scripts.get(event) ?? [])
        const isRefused = names.includes(`${id}/${event}#1000200`)
        if (isRefused) return expect(bare, event).toEqual([])
        if (!once && !ended) return expect(bare, event).toEqual(whole)
        expect(bare.slice(0, -1), event).toEqual(whole.slice(0, Math.max(0, bare.length - 1)))
        expect(whole[bare.length - 1] ?? "", event).toContain(bare.at(-1) ?? "")
      }

      return playOpenly(
        [fake],
        {
          handler: once ? nondeterministic(handler) : handler,
          config: { concurrency: 8, handlerAttempts: 9, ...config }
        },
        Effect.gen(function* () {
          yield* Effect.sleep(seed)
          for (let n = 0; n < 6; n++) {
            scripts.set(`e${n}`, yield* scriptOf(`e${n}`))
            yield* Effect.repeat(Effect.zipRight(settle, status(id)), {
              until: ({ state }) => state._tag === "Connected"
            })
            yield* fake.emit(text(`e${n}`, places[n % 2]))
            yield* Effect.sleep(yield* upTo(5000))
            if (yield* chance(0.15)) yield* givesUp(fake)
            Object.assign(refuses, { outcomes: yield* upTo(4), offers: yield* upTo(9) })
          }
          yield* Effect.sleep("15 minutes")
          for (const queue of [yield* Inbox, yield* Outbox])
            expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 0 })
          for (let n = 0; n < 6; n++) check(`e${n}`, config.turns === "interrupt" && n < 4)
          for (const place of places.keys()) {
            const events = Array.from(texts.values(), (text) => /^e\d/.exec(text)?.[0] ?? "")
            const there = events.filter((event) => event !== "" && Number(event[1]) % 2 === place)
            expect(there).toEqual(there.toSorted())
          }
        }).pipe(Effect.withRandom(Random.make(seed))),
        stores
      )
    }
  )
})
