import { describe, expect, it } from "@effect/vitest"
import { type Duration, Effect, Fiber } from "effect"
import { SendError } from "../../../src/adapter/AdapterError.ts"
import * as Delivery from "../../../src/delivery/Delivery.ts"
import { type KeyedQueue, StoreRefused, type Work } from "../../../src/delivery/KeyedQueue.ts"
import { Outbox } from "../../../src/delivery/Outbox.ts"
import { conversationKey } from "../../../src/domain/Address.ts"
import type { Message } from "../../../src/domain/Message.ts"
import { defaults } from "../../../src/gateway/GatewayConfig.ts"
import { Passages } from "../../../src/gateway/Passages.ts"
import * as Sender from "../../../src/gateway/Sender.ts"
import { plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { jumping } from "../stage.ts"

interface Story {
  /** sendings that are on record before this process */
  readonly attempts?: number
  /** how often the store refuses to write down that it is begun */
  readonly refusals?: number
  readonly deduplicates?: boolean
  /** how often nothing leaves because the platform cannot be reached */
  readonly unreachable?: number
  /** what never ends, and after how long it is cut off */
  readonly unanswered?: "begin" | "send"
  readonly cutAfter?: Duration.DurationInput
  /** what never ends when it is run again then, and cut off */
  readonly anew?: "begin"
}

/** Says one message, and tells what was done, in order, and what became of it. */
const said = ({
  attempts = 0,
  cutAfter = "1 hour",
  deduplicates = false,
  refusals = 0,
  anew,
  unanswered,
  unreachable = 0
}: Story) =>
  Effect.gen(function* () {
    const steps: Array<string> = []
    const counts: Array<number> = []
    const outbox = yield* Outbox
    const begin = Effect.suspend(() => {
      steps.push("begin")
      if (unanswered === "begin") return Effect.never
      return steps.length > refusals ? Effect.void : new StoreRefused({ store: "outbox", cause: "the disk is full" })
    })
    const brokenOff = (work: Pick<Work<unknown>, "brokenOff">) => (harmless: () => boolean) =>
      work.brokenOff(() => {
        const isHarmless = harmless()
        if (isHarmless) steps.push("give back")
        return isHarmless
      })
    const told: KeyedQueue<Message> = {
      ...outbox,
      work: (f, options) =>
        outbox.work((work) => {
          counts.push(work.attempts)
          return f({ ...work, attempts: attempts + work.attempts, begin, brokenOff: brokenOff(work) })
        }, options)
    }
    const adapter = yield* FakeAdapter.make({
      capabilities: { deduplicates: () => deduplicates },
      send: ({ id }, again) => {
        steps.push(again ? "send again" : "send")
        if (unanswered === "send") return Effect.never
        return counts.length > unreachable
          ? Effect.succeed({ message: id, platformId: "1", at: 0 })
          : new SendError({ messageId: id, reason: "Unreachable", cause: "no network" })
      }
    }).account.open
    const conversation = { account: adapter.account, kind: "direct", id: "ann" } as const
    const value: Message = { id: "m", conversation, content: plain("pong") }
    yield* outbox.offer([{ id: "m", key: conversationKey(conversation), value }])
    const { run: sender } = Sender.make({ adapter: () => adapter, config: defaults, passages: yield* Passages.make })
    const cutOff = Effect.gen(function* () {
      const fiber = yield* Effect.forkScoped(Effect.provideService(sender, Outbox, told))
      yield* Effect.sleep(cutAfter)
      yield* Fiber.interrupt(fiber)
    })
    yield* cutOff
    unanswered = anew
    if (anew !== undefined) yield* cutOff
    const [dead] = yield* outbox.dead
    return { steps, counts, dead: dead?.reason, waiting: (yield* outbox.depth).waiting }
  }).pipe(Effect.scoped, Effect.provide(Delivery.layerMemory), jumping)

describe("Sender, of what it begins", () => {
  it.effect("a message is on record as begun before a byte of it may leave (F81)", () =>
    Effect.gen(function* () {
      expect(yield* said({})).toMatchObject({ steps: ["begin", "send"], dead: undefined, waiting: 0 })
    })
  )

  it.effect("nothing is sent while that cannot be put on record, and then it is", () =>
    Effect.gen(function* () {
      const { steps, waiting } = yield* said({ refusals: 3 })
      expect(steps).toEqual(["begin", "begin", "begin", "begin", "send"])
      expect(waiting).toBe(0)
    })
  )

  it.effect("a sending that a process died of is not repeated where people would see it twice (F81)", () =>
    Effect.gen(function* () {
      const { dead, steps } = yield* said({ attempts: 1 })
      expect(steps).toEqual([])
      expect(dead).toMatch(/^it may have arrived/)
    })
  )

  it.effect("a sending that a process died of is repeated, as a repeat, where the platform tells it apart (F81)", () =>
    Effect.gen(function* () {
      const { dead, steps } = yield* said({ attempts: 1, deduplicates: true })
      expect(steps).toEqual(["begin", "send again"])
      expect(dead).toBeUndefined()
    })
  )

  it.effect("a message that five processes died of is never sent again, whoever finds it first (F86, F96)", () =>
    Effect.gen(function* () {
      const { dead, steps } = yield* said({ attempts: 5, deduplicates: true })
      expect(steps).toEqual([])
      expect(dead).toContain("5 times")
    })
  )

  it.effect(
    "a message is given back whose sending is cut off before it left, and one that may have left is not (F81)",
    () =>
      Effect.gen(function* () {
        const cutOff = (story: Story) => Effect.map(said({ ...story, cutAfter: "1 minute" }), ({ steps }) => steps)
        expect(yield* cutOff({ unanswered: "begin" })).toEqual(["begin", "give back"])
        expect(yield* cutOff({ unanswered: "send" })).toEqual(["begin", "send"])
      })
  )

  it.effect("a message that may have left counts as that when its repeat is cut off before it leaves (F81)", () =>
    Effect.gen(function* () {
      const story: Story = { unanswered: "send", anew: "begin", deduplicates: true, cutAfter: "1 minute" }
      expect(yield* said(story)).toMatchObject({ steps: ["begin", "send", "begin", "give back"], counts: [0, 1] })
    })
  )

  it.effect("a message of earlier attempts is given back where its last sending had an end that tells (F81)", () =>
    Effect.gen(function* () {
      const story: Story = { attempts: 1, unreachable: 1, anew: "begin", deduplicates: true, cutAfter: "3 seconds" }
      expect((yield* said(story)).steps).toEqual(["begin", "send again", "begin", "give back"])
    })
  )

  it.effect("a message counts no attempt however long the platform cannot be reached (F95)", () =>
    Effect.gen(function* () {
      const { counts, waiting } = yield* said({ unreachable: 20 })
      expect(counts).toEqual(Array.from({ length: 21 }, () => 0))
      expect(waiting).toBe(0)
    })
  )
})
