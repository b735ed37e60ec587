import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Either, Exit, Option, Stream } from "effect"
import * as Ear from "../../../src/gateway/Supervisor/Ear.ts"
import { collectGarbage } from "../../platforms/left.ts"

/** A stream of `count` chunks, which says how many were asked for, and how it was closed. */
const stream = (count: number) => {
  const seen: { asked: number; closed: Exit.Exit<unknown, unknown> | undefined } = { asked: 0, closed: undefined }
  const pull = Effect.suspend(() =>
    seen.asked++ < count ? Effect.succeed(Chunk.of({ number: seen.asked })) : Effect.fail(Option.some("spent"))
  )
  const open = Effect.acquireRelease(Effect.void, (_, exit) => Effect.sync(() => (seen.closed = exit)))
  return { seen, stream: Stream.unwrapScoped(Effect.as(open, Stream.repeatEffectChunkOption(pull))) }
}

describe("what listens to an adapter", () => {
  it.effect("keeps nothing of what it has heard, however long it listens (F52)", () =>
    Effect.gen(function* () {
      const { stream: endless } = stream(Number.POSITIVE_INFINITY)
      const heaps: Array<number> = []
      let heard = 0
      yield* Ear.hearWhile(endless, () =>
        Effect.sync(() => {
          if (++heard % 50_000 !== 0) return true
          collectGarbage()
          heaps.push(process.memoryUsage().heapUsed / 1e6)
          return heaps.length < 4
        })
      )
      const [, second = 0, , fourth = 0] = heaps
      // 100 bytes a chunk would be 10 MB
      expect(fourth - second).toBeLessThan(5)
    })
  )

  it.effect("asks for nothing more once it is enough, and that is no interruption to who is listened to", () =>
    Effect.gen(function* () {
      const { seen, stream: many } = stream(10)
      yield* Ear.hearWhile(many, () => Effect.succeed(seen.asked < 3))
      expect(seen.asked).toBe(3)
      expect(seen.closed).toEqual(Exit.void)
    })
  )

  it.effect("fails as the stream does, and ends where the stream ends", () =>
    Effect.gen(function* () {
      const { seen, stream: few } = stream(2)
      expect(yield* Effect.either(Ear.hearWhile(few, () => Effect.succeed(true)))).toEqual(Either.left("spent"))
      expect(seen.asked).toBe(3)
      yield* Ear.hearWhile(Stream.make(1, 2), () => Effect.succeed(true))
    })
  )
})
