import { describe, expect, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { Thoughts } from "../../../src/handler/Llm/Thoughts.ts"

const heard = (pieces: ReadonlyArray<string>): string => {
  const thoughts = new Thoughts()
  return pieces.map((piece) => thoughts.push(piece)).join("") + thoughts.end()
}

const cases: ReadonlyArray<readonly [string, string]> = [
  ["Hello", "Hello"],
  ["<think>Well, </thin</think>\n\nHello", "Hello"],
  ["\n<think>\nWell\n</think> Hello <think>aloud</think>", "Hello <think>aloud</think>"],
  ["Hello <think>aloud</think>", "Hello <think>aloud</think>"],
  ["<think>without end", ""],
  ["<think></think>", ""],
  ["<thinking is hard", "<thinking is hard"],
  ["<thi", "<thi"],
  ["  indented", "  indented"],
  ["", ""]
]

describe("what a model thinks aloud before it answers", () => {
  it.prop(
    "is not said, and everything else is, letter for letter, however it comes",
    [FastCheck.constantFrom(...cases), FastCheck.integer({ min: 1, max: 12 })],
    ([[text, said], size]) => {
      const count = Math.ceil(text.length / size)
      expect(heard(Array.from({ length: count }, (_, n) => text.slice(n * size, (n + 1) * size)))).toBe(said)
    }
  )
})
