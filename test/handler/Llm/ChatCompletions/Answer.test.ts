import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Answer, most } from "../../../../src/handler/Llm/ChatCompletions/Answer.ts"

const chunk = (delta: object) => JSON.stringify({ choices: [{ delta }] })

describe("an answer of chat completions", () => {
  it.effect.each([
    ["as words", "hello"],
    [
      "in a list, between thoughts",
      [
        { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
        { type: "text", text: "hello" }
      ]
    ]
  ])("is heard %s", ([, content]) =>
    Effect.gen(function* () {
      const parts = yield* new Answer().hear(chunk({ content }))
      const heard = (type: string) =>
        parts.flatMap((part) => (part.type === type && "delta" in part ? [part.delta] : []))
      expect(heard("text-delta")).toEqual(["hello"])
      // it is a sign of life that it thinks
      expect(heard("reasoning-delta")).toEqual(typeof content === "string" ? [] : ["hm"])
    })
  )

  it.effect("is a sign of life while what a tool is called with is still written", () =>
    Effect.gen(function* () {
      const answer = new Answer()
      const given = ['{"a"', ":1}"].map((piece) =>
        chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] })
      )
      const parts = yield* Effect.forEach([...given, "[DONE]"], (data) => answer.hear(data))
      expect(parts.map((all) => all.map(({ type }) => type))).toEqual([
        ["tool-params-start", "tool-params-delta"],
        ["tool-params-delta"],
        ["tool-params-end", "tool-call", "finish"]
      ])
    })
  )

  it.effect.each([
    ["thinks", (letters: string) => ({ reasoning_content: letters })],
    ["calls a tool", (letters: string) => ({ tool_calls: [{ index: 0, function: { arguments: letters } }] })]
  ] as const)("that %s without end is heard no further", ([, delta]) =>
    Effect.gen(function* () {
      const answer = new Answer()
      const more = Effect.suspend(() => answer.hear(chunk(delta("x".repeat(1_000_000)))))
      const failed = yield* Effect.flip(Effect.forever(more))
      expect(failed).toMatchObject({ description: "its answer has no end" })
      expect(most).toBeLessThan(100_000_000)
    })
  )
})
