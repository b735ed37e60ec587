import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { everything } from "../../../src/http/Live/Chosen.ts"
import { Hub } from "../../../src/http/Live/Hub.ts"

const pace: ReadonlyArray<readonly [listeners: number, millis: number]> = [
  [1, 100],
  [20, 100],
  [60, 300],
  [100, 500],
  [300, 500]
]

describe("Hub", () => {
  it.scoped.each(pace)("tells %d who listen within %d ms, in one piece: many cost little more than few", (row) =>
    Effect.gen(function* () {
      const [listeners, millis] = row
      const hub = new Hub("epoch")
      yield* Effect.forkScoped(hub.run)
      hub.begin()
      const open = Effect.tap(
        hub.open({ chosen: everything(false), after: undefined }, Effect.succeed([])),
        ({ take }) => take
      )
      const told: Array<string> = []
      const listen = Effect.flatMap(open, ({ take }) =>
        Effect.forkScoped(
          Effect.map(take, (pieces) =>
            told.push(Array.from(pieces, (bytes) => new TextDecoder().decode(bytes)).join("|"))
          )
        )
      )
      yield* Effect.replicateEffect(listen, listeners, { discard: true })
      hub.tell("rates", ["one"])
      yield* TestClock.adjust(millis - 1)
      hub.tell("rates", ["two"])
      expect(told).toEqual([])
      yield* TestClock.adjust(1)
      expect(told).toHaveLength(listeners)
      const all = 'event: rates\nid: epoch-1\ndata: ["one"]\n\nevent: rates\nid: epoch-2\ndata: ["two"]\n\n'
      expect(new Set(told)).toEqual(new Set([all]))
    })
  )
})
