import { describe, expect, it } from "@effect/vitest"
import { Duration } from "effect"
import { accountId } from "../../../src/domain/Address.ts"
import type { Message } from "../../../src/domain/Message.ts"
import { answerable, capabilities, windows } from "../../../src/platforms/qq/Capabilities.ts"

const to = (id: string, ordinal?: number): Message => ({
  id: "e#0",
  conversation: { account: accountId("qq", "main"), kind: "direct", id },
  content: { text: "", format: "plain" },
  ...(ordinal === undefined ? undefined : { replyTo: { event: "e", ordinal, anchor: "m:x", at: 1000 } })
})

describe("QQ Capabilities", () => {
  it("windows are those of the platform's table", () => {
    const table = Object.entries(windows).map(([kind, { replies, within }]) => [
      kind,
      Duration.toMinutes(within),
      replies
    ])
    expect(table).toEqual([
      ["c2c", 60, 4],
      ["group", 5, 5],
      ["channel", 5, Infinity],
      ["dm", 5, Infinity]
    ])
  })

  it("a reply is one until its window closes or its replies are used", () => {
    expect(answerable(to("c2c:A", 3), 1000 + 3_599_999)).toBe(true)
    expect(answerable(to("c2c:A", 3), 1000 + 3_600_000)).toBe(false)
    expect(answerable(to("c2c:A", 4), 1000)).toBe(false)
    expect(answerable(to("group:A", 4), 1000 + 299_999)).toBe(true)
    expect(answerable(to("group:A", 5), 1000)).toBe(false)
    expect(answerable(to("channel:1/2", 100), 1000 + 299_999)).toBe(true)
    expect(answerable(to("dm:1", 0), 1000 + 300_000)).toBe(false)
    expect(answerable(to("c2c:A"), 1000)).toBe(false)
  })

  it("only answers to people and groups can be repeated without a second copy (F81)", () => {
    const { deduplicates } = capabilities
    expect([to("c2c:A", 0), to("c2c:A", 3), to("group:A", 4)].map(deduplicates)).toEqual([true, true, true])
    const others = [to("c2c:A"), to("c2c:A", 4), to("group:A", 5), to("channel:1/2", 0), to("dm:1", 0), to("bot", 0)]
    expect(others.map(deduplicates)).toEqual(others.map(() => false))
  })
})
