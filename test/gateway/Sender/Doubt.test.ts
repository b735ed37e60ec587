import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { SendError } from "../../../src/adapter/AdapterError.ts"
import * as Delivery from "../../../src/delivery/Delivery.ts"
import type { KeyedQueue } from "../../../src/delivery/KeyedQueue.ts"
import { Outbox } from "../../../src/delivery/Outbox.ts"
import { conversationKey } from "../../../src/domain/Address.ts"
import type { Message } from "../../../src/domain/Message.ts"
import { defaults } from "../../../src/gateway/GatewayConfig.ts"
import { Passages } from "../../../src/gateway/Passages.ts"
import * as Sender from "../../../src/gateway/Sender.ts"
import { plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { jumping, settle } from "../stage.ts"

interface Case {
  readonly deduplicates?: boolean
  readonly resendUncertain?: boolean
  /** what becomes of sends, from the first; the others are taken */
  readonly fates: ReadonlyArray<SendError["reason"] | "Broken" | "Defect" | "Unkept">
}

/** Keeps two messages, and says what the adapter is given; a sender that breaks off is started again. */
const played = ({ deduplicates = false, fates, resendUncertain = false }: Case) =>
  Effect.gen(function* () {
    const said: Array<string> = []
    const fake = FakeAdapter.make({
      capabilities: { deduplicates: () => deduplicates },
      send: ({ content, id }, again) => {
        const fate = fates[said.length]
        said.push(`${content.text}${again ? " again" : ""}`)
        if (fate === "Broken") return Effect.never
        if (fate === "Defect") return Effect.dieMessage("a defect")
        if (fate === undefined || fate === "Unkept") return Effect.succeed({ message: id, platformId: "1", at: 0 })
        return new SendError({ messageId: id, reason: fate, cause: "no" })
      }
    })
    const adapter = yield* fake.account.open
    const outbox = yield* Outbox
    /** whether the store keeps what became of a message */
    let keeps = true
    const told: KeyedQueue<Message> = {
      ...outbox,
      work: (f, options) =>
        outbox.work(
          (work) =>
            Effect.zipLeft(
              f(work),
              Effect.suspend(() => (keeps ? Effect.void : Effect.never))
            ),
          options
        )
    }
    yield* outbox.offer(
      ["one", "two"].map((text) => {
        const conversation = { account: adapter.account, kind: "direct", id: "ann" } as const
        const value: Message = { id: text, conversation, content: plain(text) }
        return { id: text, key: conversationKey(conversation), value }
      })
    )
    const sender = Sender.make({
      adapter: () => adapter,
      config: { ...defaults, resendUncertain },
      passages: yield* Passages.make
    }).run.pipe(Effect.provideService(Outbox, told))
    for (const fate of fates) {
      if (fate !== "Broken" && fate !== "Unkept") continue
      keeps = fate === "Broken"
      const broken = yield* Effect.fork(sender)
      yield* Effect.sleep("10 seconds")
      yield* Fiber.interrupt(broken)
      keeps = true
    }
    yield* Effect.forkScoped(sender)
    yield* Effect.sleep("10 minutes")
    const dead = yield* outbox.dead
    const first = said.splice(0)
    for (const { id } of dead) yield* outbox.retry(id)
    yield* settle
    return { said: first, dead: dead.map(({ id }) => id), retried: said }
  }).pipe(Effect.scoped, Effect.provide(Delivery.layerMemory), jumping)

describe("Sender, of what may have arrived", () => {
  it.effect("what was being said when the sender broke off is put aside where it would be seen twice (F81)", () =>
    Effect.gen(function* () {
      expect(yield* played({ fates: ["Broken"] })).toEqual({ said: ["one", "two"], dead: ["one"], retried: ["one"] })
    })
  )

  it.effect(
    "what was said, and could not be kept as said before the sender broke off, is not said twice (F76, F81)",
    () =>
      Effect.gen(function* () {
        expect(yield* played({ fates: ["Unkept"] })).toMatchObject({ said: ["one", "two"], dead: ["one"] })
        const { said } = yield* played({ deduplicates: true, fates: ["Unkept"] })
        expect(said).toEqual(["one", "one again", "two"])
      })
  )

  it.effect("where a repeat is told apart it is said again, and the adapter knows (F81)", () =>
    Effect.gen(function* () {
      const { said } = yield* played({ deduplicates: true, fates: ["Broken"] })
      expect(said).toEqual(["one", "one again", "two"])
      const uncertain = yield* played({ deduplicates: true, fates: ["Uncertain", "Uncertain"] })
      expect(uncertain.said).toEqual(["one", "one again", "one again", "two"])
    })
  )

  it.effect("what came of the next attempt does not undo the doubt about the first (F81)", () =>
    Effect.gen(function* () {
      const { said } = yield* played({ deduplicates: true, fates: ["Broken", "RateLimited", "Unreachable"] })
      expect(said).toEqual(["one", "one again", "one again", "one again", "two"])
    })
  )

  it.effect("an operator who wants second copies gets them (F81)", () =>
    Effect.gen(function* () {
      const { said } = yield* played({ resendUncertain: true, fates: ["Broken", "Uncertain"] })
      expect(said).toEqual(["one", "one", "one", "two"])
    })
  )

  it.effect("what was refused, or never left, is in no doubt", () =>
    Effect.gen(function* () {
      const { dead, said } = yield* played({ fates: ["RateLimited", "Unreachable"] })
      expect([said, dead]).toEqual([["one", "one", "one", "two"], []])
    })
  )

  it.effect("what a person asks for again is said again, whatever was in doubt about it (F81)", () =>
    Effect.gen(function* () {
      for (const fate of ["Uncertain", "Rejected", "Defect"] as const) {
        const { dead, retried } = yield* played({ fates: [fate] })
        expect([dead, retried], fate).toEqual([["one"], ["one"]])
      }
    })
  )
})
