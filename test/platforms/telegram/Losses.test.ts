import { describe, expect, it } from "@effect/vitest"
import { accountId } from "../../../src/domain/Address.ts"
import * as Losses from "../../../src/platforms/telegram/Losses.ts"
import { secondPoller } from "../../../src/platforms/telegram/Protocol/AuthCodes.ts"
import { RestFailed } from "../../../src/platforms/telegram/Rest.ts"

const account = accountId("telegram", "main")
const failed = (fields: Partial<RestFailed>) =>
  new RestFailed({ method: "getMe", cause: "the platform refused", sent: true, ...fields })
const of = (fields: Partial<RestFailed>) => Losses.ofCall(account, failed(fields))

describe("a call that failed", () => {
  it("is fatal where only a person can help, and says what happened and what to do (F31)", () => {
    expect(of({ status: 401, description: "Unauthorized" })).toMatchObject({
      _tag: "AdapterFatal",
      reason: "Unauthorized",
      retryable: false,
      lastCause: "the token is refused: getMe: Unauthorized (401)"
    })
    for (const status of [404, 421])
      expect(of({ status })).toMatchObject({ _tag: "AdapterFatal", reason: "Misconfigured", retryable: false })
  })

  it("is the line, and nothing that parks an account, where it is anything else", () => {
    const lines: ReadonlyArray<readonly [Partial<RestFailed>, string]> = [
      [{ status: 400 }, "Refused"],
      [{ status: 403 }, "Refused"],
      [{ status: 409 }, "Refused"],
      [{ status: 302 }, "Refused"],
      [{ status: 401, foreign: true }, "Refused"],
      [{ status: 404, foreign: true }, "Refused"],
      [{ status: 200 }, "Transport"],
      [{ status: 500 }, "Transport"],
      [{ status: 502 }, "Transport"],
      [{}, "Transport"],
      [{ late: true }, "Timeout"]
    ]
    for (const [fields, reason] of lines) {
      const lost = of(fields)
      expect(lost, JSON.stringify(fields)).toMatchObject({ _tag: "ConnectionLost", reason, resumable: true })
      expect(lost).not.toHaveProperty("retryAfter")
    }
  })

  it("waits as long as it is asked to, and a little when it is not said how long (F32)", () => {
    expect(of({ status: 429, retryAfter: 17_000 })).toMatchObject({ reason: "RateLimited", retryAfter: 17_000 })
    expect(of({ status: 420 })).toMatchObject({ reason: "RateLimited", retryAfter: 5_000 })
  })

  it("is worth another try by itself only where somebody else may go away", () => {
    expect(Losses.fatal(account, secondPoller, "twice", 6)).toMatchObject({ retryable: true, attempts: 6 })
  })
})
