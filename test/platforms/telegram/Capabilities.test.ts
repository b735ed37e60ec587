import { describe, expect, it } from "@effect/vitest"
import { Duration } from "effect"
import { capabilities } from "../../../src/platforms/telegram/Capabilities.ts"
import * as Pace from "../../../src/gateway/Pace.ts"
import { message } from "./Send/asking.ts"

/** How many of those who ask every millisecond may go within so many seconds, all in one lane. */
const within = (seconds: number, limit: Parameters<Pace.Pace["take"]>[2][1]) => {
  const pace = Pace.make()
  const free = { burst: 1, every: Duration.zero }
  let gone = 0
  for (let now = 0; now < seconds * 1000; now += 1) {
    if (pace.take(`m${gone}`, ["all", free], ["own", limit], now) === undefined) gone += 1
  }
  return gone
}

describe("Telegram capabilities", () => {
  it("the pace stays within what Telegram allows (F85)", () => {
    const { account, conversation } = capabilities.pace
    expect(within(1, account)).toBeLessThanOrEqual(30)
    expect(within(60, account)).toBeLessThanOrEqual(30 * 60)
    expect(within(60, account)).toBeGreaterThan(20 * 60)
    expect(within(60, conversation.group)).toBeLessThanOrEqual(20)
    expect(within(60, conversation.channel)).toBeLessThanOrEqual(20)
    expect(within(60, conversation.direct)).toBeLessThanOrEqual(63)
  })

  it("the topics of a group share its lane, and no two chats share one (F85)", () => {
    const lane = (id: string) => capabilities.lane(message(id).conversation)
    expect([lane("chat:-1001/17"), lane("chat:-1001/18")]).toEqual([lane("chat:-1001"), lane("chat:-1001")])
    expect(new Set(["chat:-1001", "chat:1001", "chat:-1002/1001", "bot"].map(lane)).size).toBe(4)
  })

  it("only a change may be repeated when it may have arrived (F81)", () => {
    expect(capabilities.deduplicates(message("chat:1"))).toBe(false)
    expect(capabilities.deduplicates(message("chat:1", {}, { edits: "57" }))).toBe(true)
  })

  it("what grows is changed no more often than a message may be sent there (F85)", () => {
    const { growth, pace } = capabilities
    for (const kind of ["direct", "group", "channel"] as const)
      expect(growth({ ...message("chat:1").conversation, kind })).toEqual({
        every: pace.conversation[kind].every,
        paced: true
      })
  })

  it("replies never expire, and nobody has to ask", () => {
    expect(capabilities.replyWindow(message("chat:1"))).toBeUndefined()
    expect(capabilities.unasked("group")).toBe(true)
  })

  it("the sizes are Telegram's", () => {
    expect(capabilities.limits).toEqual({ text: 4096, caption: 1024 })
    expect(capabilities.media).toEqual(["image", "video", "voice", "file"])
    expect(capabilities.edits).toBe(true)
  })
})
