import { describe, expect, it } from "@effect/vitest"
import { Duration, Either } from "effect"
import { accountId } from "../../../src/domain/Address.ts"
import { firstNotice, type Message } from "../../../src/domain/Message.ts"
import * as ReplyWindow from "../../../src/gateway/Sender/ReplyWindow.ts"
import { plain } from "../../../src/handler/Handler.ts"

const bare: Message = {
  id: "m",
  conversation: { account: accountId("fake", "main"), kind: "group", id: "ops" },
  content: plain("hello")
}
const answer = (ordinal: number): Message => ({ ...bare, replyTo: { event: "e", ordinal, anchor: "a", at: 1000 } })
const minute = { within: Duration.minutes(1), replies: 2 }
const fit = (message: Message, now: number, unasked = true) =>
  ReplyWindow.fit(message, { replyWindow: () => minute, unasked: () => unasked }, now)

describe("ReplyWindow", () => {
  it("an answer is one until its window closes or its answers are used, and unasked after that (F84)", () => {
    expect(fit(answer(1), 60_999)).toEqual(Either.right(answer(1)))
    expect(fit(answer(1), 61_000)).toEqual(Either.right(bare))
    expect(fit(answer(2), 1000)).toEqual(Either.right(bare))
  })

  it("a notice is an answer however many came before it, and not for longer than they", () => {
    expect(fit(answer(firstNotice), 60_999)).toEqual(Either.right(answer(firstNotice)))
    expect(fit(answer(firstNotice), 61_000)).toEqual(Either.right(bare))
  })

  it("where there is no window an answer stays one", () => {
    const always = ReplyWindow.fit(answer(9), { replyWindow: () => undefined, unasked: () => false }, 1e12)
    expect(always).toEqual(Either.right(answer(9)))
  })

  it("what answers nothing has no window to miss", () => {
    expect(fit(bare, 1e12, false)).toEqual(Either.right(bare))
  })

  it("where nothing unasked is taken, it says why it comes too late (F84)", () => {
    const why = (message: Message, now: number) => Either.getOrUndefined(Either.flip(fit(message, now, false)))
    expect(why(answer(0), 61_000)).toMatch(/more than 1m ago.*unasked.*group/)
    expect(why(answer(2), 1000)).toMatch(/2 answers.*number 3.*unasked.*group/)
  })
})
