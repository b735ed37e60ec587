import { describe, expect, it } from "@effect/vitest"
import { Duration } from "effect"
import { type Capabilities, textOnly } from "../../../src/adapter/Capabilities.ts"
import { parts } from "../../../src/domain/Parts.ts"
import { Turn } from "../../../src/gateway/Dispatcher/Turn.ts"
import { piece } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"

const { id } = FakeAdapter.make().account

const small: Capabilities = {
  ...textOnly,
  edits: true,
  limits: { text: 40, caption: 40 },
  growth: () => ({ every: Duration.seconds(1), paced: true })
}

/** What is kept of an answer that comes in such pieces, each of which is seen before the next one comes. */
const kept = (pieces: ReadonlyArray<string>, changes: Partial<Capabilities> = {}) => {
  const capabilities: Capabilities = { ...small, ...changes }
  const turn = new Turn("x", FakeAdapter.said(id, "ann", "e1", "tell me"), capabilities)
  for (const text of pieces) {
    turn.say(piece(text))
    turn.draft()
  }
  turn.close()
  const messages = turn.unkept.map(({ value }) => value)
  return {
    drafts: messages.flatMap((message) => (message.grows ? [message.id] : [])),
    replaced: messages.flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces])),
    whole: messages.filter(({ grows }) => !grows).map(({ content }) => content.text),
    parts: parts({ text: pieces.join(""), format: "markdown" }, capabilities).map(({ text }) => text)
  }
}

const words = Array.from({ length: 60 }, (_, n) => `word${n} `)

describe("Turn", () => {
  it("an answer that one message does not hold goes on growing in the next, and each is replaced by what it is in the end", () => {
    const { drafts, parts, replaced, whole } = kept(words)
    expect(drafts).toHaveLength(4)
    expect(replaced.slice(0, 4)).toEqual(drafts)
    expect(whole).toEqual(parts)
    expect(parts.length).toBeGreaterThan(4)
  })

  it("what was shown cannot be changed everywhere: there it grows in its first message only", () => {
    const { drafts, parts, replaced, whole } = kept(words, { edits: false })
    expect(replaced).toEqual(drafts)
    expect(drafts).toHaveLength(1)
    expect(whole).toEqual(parts)
  })

  it("no message is left with what is told in another, where the whole is parted otherwise than its beginning", () => {
    const { drafts, parts, replaced, whole } = kept([
      "&amp; \n| a | b |\n|--|--|\n| 1 | 2 |\n",
      "\n| a | b |\n|--|--|\n| 1 | 2 |\n",
      "```\n```\n[r]: http://a.b/cccccccc\n"
    ])
    expect(drafts).toHaveLength(2)
    expect(replaced).toEqual(drafts)
    expect(parts).toHaveLength(1)
    expect(whole).toEqual([...parts, "…"])
  })
})
