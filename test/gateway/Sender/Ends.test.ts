import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Random } from "effect"
import { SendError } from "../../../src/adapter/AdapterError.ts"
import * as Delivery from "../../../src/delivery/Delivery.ts"
import { again } from "../../../src/delivery/KeyedQueue.ts"
import { Outbox } from "../../../src/delivery/Outbox.ts"
import { conversationKey } from "../../../src/domain/Address.ts"
import type { Message } from "../../../src/domain/Message.ts"
import { defaults } from "../../../src/gateway/GatewayConfig.ts"
import { Passages } from "../../../src/gateway/Passages.ts"
import * as Sender from "../../../src/gateway/Sender.ts"
import { plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { jumping } from "../stage.ts"

const fates = ["Unreachable", "RateLimited", "Uncertain", "Rejected", "Defect", "Taken"] as const
type Fate = (typeof fates)[number]

const conversation = { account: FakeAdapter.make().account.id, kind: "direct", id: "ann" } as const
const message: Message = { id: "one", conversation, content: plain("one") }

/** An adapter that answers like this, from the first send, and what it was answered with so far. */
const answering = (answers: ReadonlyArray<Fate>, deduplicates: boolean) =>
  Effect.gen(function* () {
    const given: Array<Fate> = []
    const fake = FakeAdapter.make({
      capabilities: { deduplicates: () => deduplicates },
      send: ({ id }) => {
        const fate = answers[given.length] ?? "Taken"
        given.push(fate)
        if (fate === "Taken") return Effect.succeed({ message: id, platformId: "1", at: 0 })
        if (fate === "Defect") return Effect.dieMessage("a defect")
        return new SendError({ messageId: id, reason: fate, cause: "no" })
      }
    })
    return { given, adapter: yield* fake.account.open }
  })

const offer = Effect.flatMap(Outbox, (outbox) =>
  outbox.offer([{ id: message.id, key: conversationKey(conversation), value: message }])
)

const final: ReadonlySet<Fate> = new Set(["Taken", "Rejected", "Defect"])

describe("Sender, of the end of every message", () => {
  it.effect(
    "is reached in finite steps under every sequence of answers, and nothing that has ended is said again, whoever wakes it (F95, F96)",
    () =>
      Effect.gen(function* () {
        for (let seed = 0; seed < 40; seed++) {
          yield* Effect.gen(function* () {
            const length = yield* Random.nextIntBetween(1, 30)
            const answers = yield* Effect.replicateEffect(
              Effect.map(Random.nextIntBetween(0, fates.length), (index) => fates[index] ?? "Taken"),
              length
            )
            const deduplicates = yield* Random.nextBoolean
            const { adapter, given } = yield* answering(answers, deduplicates)
            const outbox = yield* Outbox
            yield* offer
            const sender = Sender.make({ adapter: () => adapter, config: defaults, passages: yield* Passages.make })
            for (let life = 0; life < 4; life++) {
              const running = yield* Effect.fork(sender.run)
              yield* Effect.sleep(`${yield* Random.nextIntBetween(1, 600)} seconds`)
              yield* outbox.wake("")
              yield* Effect.sleep("1 hour")
              yield* Fiber.interrupt(running)
            }
            const { dead, waiting } = yield* outbox.depth
            const told = `${answers.join(" ")} (${deduplicates})`
            expect(waiting, told).toBe(0)
            expect(dead, told).toBe(given.at(-1) === "Taken" ? 0 : 1)
            expect(
              given.slice(0, -1).filter((fate) => final.has(fate)),
              told
            ).toEqual([])
            const uncertain = given.filter((fate) => fate === "Uncertain").length
            expect(uncertain, told).toBeLessThanOrEqual(deduplicates ? 5 : 1)
          }).pipe(Effect.scoped, Effect.provide(Delivery.layerMemory), (life) => jumping(life, `seed ${seed}`))
        }
      }),
    60_000
  )

  it.effect.each([
    [4, ["Taken"], 0],
    [5, [], 1]
  ] as const)(
    "what has left %i times without an answer, by whatever process, is said again while that is less than five (F86, F96)",
    ([left, expected, dead]) =>
      Effect.gen(function* () {
        const { adapter, given } = yield* answering([], true)
        const outbox = yield* Outbox
        yield* offer
        const earlier = yield* Effect.fork(
          outbox.work(
            ({ attempts }) =>
              Effect.succeed(again(attempts < left ? 0 : 1e12, { spent: attempts < left, cause: "it died" })),
            { concurrency: 1 }
          )
        )
        yield* Effect.sleep("1 second")
        yield* Fiber.interrupt(earlier)
        yield* outbox.wake("")
        const running = yield* Effect.fork(
          Sender.make({ adapter: () => adapter, config: defaults, passages: yield* Passages.make }).run
        )
        yield* Effect.sleep("1 hour")
        yield* Fiber.interrupt(running)
        expect(given).toEqual(expected)
        expect(yield* outbox.depth).toMatchObject({ waiting: 0, dead })
      }).pipe(Effect.scoped, Effect.provide(Delivery.layerMemory), jumping)
  )
})
