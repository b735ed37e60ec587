import { describe, expect, it } from "vitest"
import { plain } from "../../../src/cli/Colour.ts"
import { told } from "../../../src/cli/Tail/Line.ts"
import { accountId } from "../../../src/domain/Address.ts"
import type { Passage } from "../../../src/gateway/Passages/Passage.ts"

const at = new Date(2026, 10, 26, 21, 8, 0).getTime()
const place = { account: accountId("qq", "main"), conversation: "c2c:0123456789ABCDEF0123456789ABCDEF", at }
const event = { ...place, id: "e", kind: "MessageReceived" }
const message = { ...place, id: "qq:main/e#0" }
const sender = { id: "1", name: "Ann\u001b[2J" }
const shown = "21:08:00  qq:main         "

describe("a passage on one line", () => {
  const cases: ReadonlyArray<readonly [Passage, string]> = [
    [{ _tag: "Heard", ...event, sender }, "heard    c2c:012345678…ABCDEF  MessageReceived from Ann\\u001b[2J"],
    [
      { _tag: "Heard", ...event, sender: { id: "7" }, text: "two\nlines" },
      "heard    c2c:012345678…ABCDEF  MessageReceived from 7: two ⏎ lines"
    ],
    [
      { _tag: "Denied", ...event, sender, reason: "not listed" },
      "denied   c2c:012345678…ABCDEF  MessageReceived from Ann\\u001b[2J: not listed"
    ],
    [{ _tag: "Handled", ...event, took: 12.4, replies: 1 }, "handled  c2c:012345678…ABCDEF  in 12ms, 1 reply"],
    [
      { _tag: "NotHandled", ...event, took: 12, cause: "no model", next: at + 900 },
      "failed   c2c:012345678…ABCDEF  the handler: no model; again in 0.9s"
    ],
    [
      { _tag: "Sent", ...message, text: "hi", receipt: { message: "qq:main/e#0", platformId: "1", at } },
      "sent     c2c:012345678…ABCDEF  e#0: hi"
    ],
    [
      { _tag: "NotSent", ...message, reason: "RateLimited", cause: "429", next: at + 60_000 },
      "unsent   c2c:012345678…ABCDEF  e#0: RateLimited: 429; again in 1m"
    ],
    [
      { _tag: "Dead", ...message, queue: "outbox", reason: "no such chat" },
      "dead     c2c:012345678…ABCDEF  e#0 was put aside in the outbox: no such chat"
    ]
  ]
  it.each(cases)("tells %j", (passage, text) => {
    expect(told(passage, at, plain)).toBe(shown + text)
  })
})
