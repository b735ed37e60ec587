import { describe, expect, it } from "@effect/vitest"
import {
  authCode,
  authCodes,
  secondPoller,
  webhookInTheWay,
  webhookSetAgain
} from "../../../../src/platforms/telegram/Protocol/AuthCodes.ts"

describe("Telegram's refusals of a bot", () => {
  it("each have their class, and nothing else is said about the bot (F31)", () => {
    expect(authCodes.map(({ action, status }) => [status, action])).toEqual([
      [401, "fatal"],
      [403, "line"],
      [404, "fatal"],
      [409, "conflict"],
      [420, "wait"],
      [421, "fatal"],
      [429, "wait"]
    ])
    for (const status of [undefined, 200, 302, 400, 500, 502, 503, 504]) expect(authCode(status)).toBeUndefined()
  })

  it("say what to do wherever a person is needed, by the variable that it is about", () => {
    for (const row of authCodes) {
      expect(row.meaning, `${row.status}`).not.toBe("")
      if (row.action === "fatal") expect(row.verdict.remedy, `${row.status}`).toMatch(/TELEGRAM_\w+ .*\.$/)
    }
    expect(authCode(401)).toMatchObject({ verdict: { reason: "Unauthorized" } })
    expect(authCode(404)).toMatchObject({
      verdict: { reason: "Misconfigured", remedy: expect.stringMatching(/TELEGRAM_BOT_TOKEN.*TELEGRAM_API_BASE_URL/) }
    })
    expect(authCode(421)).toMatchObject({ verdict: { remedy: expect.stringContaining("TELEGRAM_API_BASE_URL") } })
  })

  it("tell a webhook from a second poller", () => {
    expect(webhookInTheWay("a.example")).toMatchObject({
      reason: "Misconfigured",
      remedy: expect.stringMatching(/TELEGRAM_REMOVE_WEBHOOK=true.*a\.example/)
    })
    expect(webhookSetAgain("a.example").remedy).toContain("a.example")
    expect(secondPoller).toMatchObject({ reason: "Conflict", remedy: expect.stringContaining("TELEGRAM_BOT_TOKEN") })
  })
})
