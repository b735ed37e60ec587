import { describe, expect, it } from "@effect/vitest"
import { type CloseCode, closeCode, closeCodes } from "../../../../src/platforms/qq/Protocol/CloseCodes.ts"

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** The policy, class by class: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/error-trace/websocket.html */
const policy: Readonly<Record<CloseCode["action"], ReadonlyArray<number>>> = {
  resume: [1000, 1001, 1005, 1006, 4009],
  identify: [4006, 4007, ...range(4900, 4913)],
  token: [4004],
  wait: [4008],
  suspect: [4001, 4002],
  fatal: [...range(4010, 4014), 4914, 4915]
}

describe("QQ close codes", () => {
  it("every code of the table has exactly the action of its class (F34)", () => {
    const expected = Object.entries(policy).flatMap(([action, codes]) => codes.map((code) => [code, action]))
    const sorted = (rows: ReadonlyArray<ReadonlyArray<unknown>>) => rows.toSorted((a, b) => Number(a[0]) - Number(b[0]))
    expect(sorted(closeCodes.map(({ action, code }) => [code, action]))).toEqual(sorted(expected))
  })

  it("every code says what it means, and every one that needs a person says what to do (F36)", () => {
    for (const row of closeCodes) {
      expect(row.meaning, `${row.code}`).not.toBe("")
      if (row.action === "fatal" || row.action === "suspect")
        expect(row.verdict.remedy, `${row.code}`).toMatch(/\w+ .*\.$/)
    }
  })

  it("a bot that was taken down or banned is told apart from one that is set up wrongly (F31)", () => {
    const reason = (code: number) => {
      const row = closeCode(code)
      return "verdict" in row ? row.verdict.reason : undefined
    }
    expect([4914, 4915].map(reason)).toEqual(["Banned", "Banned"])
    expect(new Set([4001, 4002, ...range(4010, 4014)].map(reason))).toEqual(new Set(["Misconfigured"]))
  })

  it("a code that nobody has seen keeps the session", () => {
    for (const code of [0, 1011, 3000, 4000, 4005, 4916, 9001])
      expect(closeCode(code)).toMatchObject({ code, action: "resume" })
  })
})
