import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
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
import { jumping } from "../stage.ts"

/**
 * Says something to each person, which takes a second; it was on its way as often as is told when processes died before this
 * one. The platform tells repeats apart.
 */
const said = (before: Readonly<Record<string, number>>) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    let begun = 0
    const told: KeyedQueue<Message> = {
      ...outbox,
      work: (f, options) =>
        outbox.work(
          (work) =>
            f({ ...work, attempts: (before[work.id] ?? 0) + work.attempts, begin: Effect.sync(() => void begun++) }),
          options
        )
    }
    const running = new Set<string>()
    const together: Array<string> = []
    const ended: Array<string> = []
    const adapter = yield* FakeAdapter.make({
      capabilities: { deduplicates: () => true },
      send: ({ id }) =>
        Effect.gen(function* () {
          running.add(id)
          together.push([...running].toSorted().join("+"))
          yield* Effect.sleep("1 second")
          running.delete(id)
          ended.push(id)
          return { message: id, platformId: "1", at: 0 }
        })
    }).account.open
    for (const id of Object.keys(before)) {
      const conversation = { account: adapter.account, kind: "direct", id } as const
      yield* outbox.offer([
        { id, key: conversationKey(conversation), value: { id, conversation, content: plain("pong") } }
      ])
    }
    const { run } = Sender.make({ adapter: () => adapter, config: defaults, passages: yield* Passages.make })
    yield* Effect.forkScoped(Effect.provideService(run, Outbox, told))
    yield* Effect.sleep("10 minutes")
    return { together, ended: ended.toSorted(), dead: (yield* outbox.dead).map(({ id }) => id), begun }
  }).pipe(Effect.scoped, Effect.provide(Delivery.layerMemory), jumping)

describe("Sender, after processes that died", () => {
  it.effect(
    "what was on its way when several died is said again, one at a time: none is blamed for another (F86)",
    () =>
      Effect.gen(function* () {
        const { dead, ended, together } = yield* said({ ann: 4, ben: 4, cid: 2 })
        expect(together.toSorted()).toEqual(["ann", "ben", "cid"])
        expect(ended).toEqual(["ann", "ben", "cid"])
        expect(dead).toEqual([])
      })
  )

  it.effect("what was on its way once, or never, waits for none of them", () =>
    Effect.gen(function* () {
      const { ended, together } = yield* said({ ann: 4, ben: 1, cid: 0 })
      expect(together).toContain("ann+ben+cid")
      expect(ended).toEqual(["ann", "ben", "cid"])
    })
  )

  it.effect("what five died of is put aside, and holds up nothing", () =>
    Effect.gen(function* () {
      const { begun, dead, ended } = yield* said({ ann: 5, ben: 3 })
      expect([dead, ended, begun]).toEqual([["ann"], ["ben"], 1])
    })
  )
})
