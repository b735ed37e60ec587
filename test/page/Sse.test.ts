import { describe, expect, it } from "vitest"
import { reader } from "../../src/page/Sse.ts"

const stream = [
  ": here",
  "",
  "id: 7",
  "event: status",
  'data: {"account":"qq:demo"}',
  "",
  "data: one",
  "data:two",
  "data",
  "",
  "event: nothing",
  "",
  "id: 9",
  "data: last",
  "",
  ""
]

const events = [
  { id: "7", event: "status", data: '{"account":"qq:demo"}' },
  { id: undefined, event: "message", data: "one\ntwo\n" },
  { id: "9", event: "message", data: "last" }
]

describe("a stream of events", () => {
  for (const [name, end] of [
    ["LF", "\n"],
    ["CRLF", "\r\n"]
  ] as const) {
    it(`is read with ${name}, wherever it is torn`, () => {
      const text = stream.join(end)
      for (let size = 1; size < 12; size++) {
        const read = reader()
        const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, n) =>
          text.slice(n * size, (n + 1) * size)
        )
        expect(pieces.flatMap((piece) => read(piece))).toEqual(events)
      }
    })
  }

  it("gives no event before it is whole", () => {
    const read = reader()
    expect(read("event: status\ndata: {}")).toEqual([])
    expect(read("\n")).toEqual([])
    expect(read("\n")).toEqual([{ id: undefined, event: "status", data: "{}" }])
  })
})
