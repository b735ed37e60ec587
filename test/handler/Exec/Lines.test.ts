import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { Lines } from "../../../src/handler/Exec/Lines.ts"

describe("lines of bytes", () => {
  it("are those of the text, however it is cut into pieces", () => {
    const pieces = FastCheck.tuple(
      FastCheck.array(FastCheck.constantFrom("a", "é", "你", "😀", "\n", "\r\n"), { maxLength: 40 }),
      FastCheck.array(FastCheck.integer({ min: 1, max: 5 }), { minLength: 1 })
    )
    FastCheck.assert(
      FastCheck.property(pieces, ([letters, cuts]) => {
        const text = letters.join("")
        const lines = new Lines()
        const found: Array<string> = []
        let rest = new TextEncoder().encode(text)
        for (let turn = 0; rest.length > 0; turn++) {
          const cut = cuts[turn % cuts.length] ?? 1
          found.push(...lines.push(rest.subarray(0, cut)))
          rest = rest.subarray(cut)
        }
        found.push(...lines.end())
        expect(found).toEqual(text.endsWith("\n") || text === "" ? text.split("\n").slice(0, -1) : text.split("\n"))
      })
    )
  })

  it("that are no UTF-8 are lines all the same", () => {
    const lines = new Lines()
    expect(lines.push(new Uint8Array([0x61, 0xff, 0x0a, 0xe4]))).toEqual(["a\ufffd"])
    expect(lines.pending).toBe(0)
    expect(lines.end()).toEqual(["\ufffd"])
  })
})
