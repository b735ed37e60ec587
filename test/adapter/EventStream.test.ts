import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Stream } from "effect"
import { decode, Reader } from "../../src/adapter/EventStream.ts"

const told = (text: string) => new Reader().read(text)

describe("EventStream", () => {
  it.each([
    ["one event", "event: status\nid: 7\ndata: {}\n\n", [{ event: "status", id: "7", data: "{}" }]],
    ["no name", "data: x\n\n", [{ event: "message", id: undefined, data: "x" }]],
    ["several lines of data", "data: a\ndata:b\ndata\n\n", [{ event: "message", id: undefined, data: "a\nb\n" }]],
    [
      "other ends of lines",
      "data: a\r\n\r\ndata: b\r\rdata: c\n\n",
      ["a", "b", "c"].map((data) => ({ event: "message", id: undefined, data }))
    ],
    ["comments, and names that mean nothing", ": alive\n\nretry: 5\nfoo: bar\n\n", []],
    ["an event without data", "event: status\n\ndata: x\n\n", [{ event: "message", id: undefined, data: "x" }]],
    [
      "an id that holds until the next",
      "id: 1\ndata: a\n\ndata: b\n\n",
      ["a", "b"].map((data) => ({ event: "message", id: "1", data }))
    ],
    ["what is not complete", "data: a\n", []],
    ["returns alone, to the very last", "data: a\r\r", [{ event: "message", id: undefined, data: "a" }]]
  ])("reads %s", (_, text, events) => {
    expect(told(text)).toEqual(events)
  })

  it.effect("reads the same however it is cut into pieces, in the middle of a character too", () =>
    Effect.gen(function* () {
      const bytes = new TextEncoder().encode("id: 1\r\nevent: entry\r\ndata: 你好\r\n\r\n: x\r\n\r\ndata: b\r\n\r\n")
      const whole = Chunk.toReadonlyArray(yield* Stream.runCollect(decode(Stream.make(bytes))))
      expect(whole).toHaveLength(2)
      for (let size = 1; size < 12; size++) {
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
          bytes.slice(n * size, n * size + size)
        )
        expect(Chunk.toReadonlyArray(yield* Stream.runCollect(decode(Stream.fromIterable(pieces))))).toEqual(whole)
      }
    })
  )

  it("takes time in proportion to what comes, in however many pieces a line does (F70)", () => {
    const reader = new Reader()
    for (let piece = 0; piece < 20_000; piece++) reader.read("x".repeat(400))
    expect(reader.read("\n\ndata: a\n\n")).toEqual([{ event: "message", id: undefined, data: "a" }])
  })
})
