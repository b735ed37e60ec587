import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Exit } from "effect"
import { everything } from "../../../src/http/Live/Chosen.ts"
import { Line, most } from "../../../src/http/Live/Line.ts"

const bytes = (count: number) => new Uint8Array(count)

const sizes = (chunk: Chunk.Chunk<Uint8Array>) => Chunk.toReadonlyArray(chunk).map(({ length }) => length)

describe("one who listens", () => {
  it.effect("gets all that waits at once, what it begins with first", () =>
    Effect.gen(function* () {
      const line = new Line(everything(false))
      line.push(bytes(2))
      line.push(bytes(3))
      line.begin(bytes(1))
      expect(sizes(yield* line.take)).toEqual([1, 2, 3])
      line.push(bytes(4))
      expect(sizes(yield* line.take)).toEqual([4])
    })
  )

  it.effect("is dropped when a megabyte waits for it, which is let go of at once (F71)", () =>
    Effect.gen(function* () {
      const line = new Line(everything(false))
      line.begin(bytes(4 * most))
      line.push(bytes(most))
      expect(line.isOpen).toBe(true)
      line.push(bytes(1))
      expect(line.isOpen).toBe(false)
      line.push(bytes(1))
      expect(Exit.isFailure(yield* Effect.exit(line.take))).toBe(true)
    })
  )

  it.effect("that reads may be told as much as there is", () =>
    Effect.gen(function* () {
      const line = new Line(everything(false))
      line.begin(bytes(0))
      for (let n = 0; n < 20; n++) {
        line.push(bytes(most / 2))
        yield* line.take
      }
      expect(line.isOpen).toBe(true)
    })
  )

  it.effect("hears what was told before the end, and then that it is the end", () =>
    Effect.gen(function* () {
      const line = new Line(everything(false))
      line.begin(bytes(1))
      line.end()
      expect(sizes(yield* line.take)).toEqual([1])
      expect(Exit.isFailure(yield* Effect.exit(line.take))).toBe(true)
    })
  )
})
