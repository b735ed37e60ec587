import { describe, expect, it } from "@effect/vitest"
import { Duration } from "effect"
import { accountId } from "../../../src/domain/Address.ts"
import type { Message } from "../../../src/domain/Message.ts"
import { firstNotice } from "../../../src/domain/Message.ts"
import { capabilities, windows } from "../../../src/platforms/qq/Capabilities.ts"

const to = (id: string, ordinal?: number): Message => ({
  id: "e#0",
  conversation: { account: accountId("qq", "main"), kind: "direct", id },
  content: { text: "", format: "plain" },
  ...(ordinal === undefined ? undefined : { replyTo: { event: "e", ordinal, anchor: "x", at: 1000 } })
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

  it("each place has the window of its kind, and what has passed it is sent unasked everywhere (F84)", () => {
    const { replyWindow, unasked } = capabilities
    const windowOf = (id: string) => replyWindow(to(id, 0))
    expect(["c2c:A", "group:A", "channel:1/2", "dm:1"].map(windowOf)).toEqual(Object.values(windows))
    expect((["direct", "group", "channel"] as const).map(unasked)).toEqual([true, true, true])
  })

  it("only answers to people and groups can be repeated without a second copy (F81)", () => {
    const { deduplicates } = capabilities
    const answers = [to("c2c:A", 0), to("c2c:A", 3), to("group:A", 4), to("group:A", firstNotice)]
    expect(answers.map(deduplicates)).toEqual(answers.map(() => true))
    const others = [to("c2c:A"), to("c2c:A", 4), to("group:A", 5), to("channel:1/2", 0), to("dm:1", 0), to("bot", 0)]
    expect(others.map(deduplicates)).toEqual(others.map(() => false))
  })
})
