import { describe, expect, it } from "@effect/vitest"
import { Effect, FastCheck, Stream } from "effect"
import { data, longest } from "../../../../src/handler/Llm/ChatCompletions/Events.ts"

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const held = (pieces: ReadonlyArray<Uint8Array>) =>
  Effect.map(Stream.runCollect(data(() => "too long" as const)(Stream.fromIterable(pieces))), (all) => [...all])

describe("what the events of a stream hold", () => {
  it.prop(
    "is the same however it is cut into pieces",
    [
      FastCheck.array(FastCheck.constantFrom("data: 世界", ": hello", "", "data:", "event: data:", "data:a:b")),
      FastCheck.nat(9)
    ],
    ([lines, size]) => {
      const bytes = encode(lines.map((line) => `${line}\r\n`).join(""))
      const count = Math.ceil(bytes.length / (size + 1))
      const cut = Array.from({ length: count }, (_, n) => bytes.slice(n * (size + 1), (n + 1) * (size + 1)))
      const expected = lines.flatMap((line) => ({ "data: 世界": ["世界"], "data:a:b": ["a:b"] })[line] ?? [])
      expect(Effect.runSync(held(cut))).toEqual(expected)
    }
  )

  it.effect("is not waited for without end, and nothing that has no end", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(held([encode("data:"), encode("x".repeat(longest))]))).toBe("too long")
      expect(yield* held([encode("data: one\ndata: tw")])).toEqual(["one"])
    })
  )
})
