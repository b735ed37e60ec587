import { describe, expect, it } from "@effect/vitest"
import { Either, Encoding, FastCheck, Option, Schema } from "effect"
import * as Base64 from "../../src/domain/Base64.ts"

describe("Base64", () => {
  it.prop("is written as anybody writes it, and read back", [FastCheck.uint8Array({ maxLength: 100 })], ([bytes]) => {
    const text = Base64.encode(bytes)
    expect(text).toBe(Encoding.encodeBase64(bytes))
    expect(Base64.decode(text)).toEqual(Either.right(bytes))
  })

  it.prop(
    "is read where anybody reads it, and refused where anybody does",
    [
      FastCheck.string({
        unit: FastCheck.constantFrom("A", "b", "/", "+", "=", "9", "\n", "é", "-", "\0"),
        maxLength: 12
      })
    ],
    ([text]) => {
      const [ours, theirs] = [Base64.decode(text), Encoding.decodeBase64(text)]
      expect(Either.getRight(ours)).toEqual(Option.map(Either.getRight(theirs), (bytes) => bytes))
    }
  )

  it("is refused in one word, however long it is", () => {
    const read = Schema.decodeUnknownEither(Base64.Bytes)("*".repeat(100_000))
    expect(Either.getOrThrow(Either.flip(read)).message.length).toBeLessThan(200)
  })

  it("of what is large holds nothing up (F70)", () => {
    const text = Base64.encode(new Uint8Array(30_000_000).fill(7))
    expect(Either.getOrThrow(Base64.decode(text))).toHaveLength(30_000_000)
  })
})
