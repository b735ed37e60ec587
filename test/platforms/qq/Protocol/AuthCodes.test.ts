import { describe, expect, it } from "@effect/vitest"
import { authCode, authCodes, tokenCode, tokenCodes } from "../../../../src/platforms/qq/Protocol/AuthCodes.ts"

describe("QQ credentials' codes", () => {
  it("every refusal of the token service has its class (F31)", () => {
    expect(tokenCodes.map(({ action, code }) => [code, action])).toEqual([
      [100001, "wait"],
      [100007, "fatal"],
      [100016, "fatal"],
      [10004, "fatal"]
    ])
    expect(tokenCode(100001)).toMatchObject({ wait: 60_000 })
    expect(tokenCode(100016)).toMatchObject({ verdict: { reason: "Unauthorized" } })
    expect(tokenCode(99)).toBeUndefined()
    expect(tokenCode(undefined)).toBeUndefined()
  })

  it("every refusal of a REST call has its class (F31)", () => {
    const classes: Record<string, ReadonlyArray<number>> = {
      refresh: [11241, 11242, 11243, 11244],
      fatal: [11245, 11251, 11261, 11265, 11275, 11298, 40023002],
      refused: [11252, 11253, 11254, 11255, 11263, 11264, 11281, 11282, 11293]
    }
    expect(authCodes).toHaveLength(Object.values(classes).flat().length)
    for (const [action, codes] of Object.entries(classes)) {
      for (const code of codes) expect(authCode(code)?.action, `${code}`).toBe(action)
    }
  })

  it("whatever needs a person says what to do", () => {
    for (const row of [...tokenCodes, ...authCodes]) {
      expect(row.meaning, `${row.code}`).not.toBe("")
      if (row.action === "fatal") expect(row.verdict.remedy, `${row.code}`).toMatch(/\w+ .*\.$/)
    }
    expect(authCode(11298)).toMatchObject({ verdict: { remedy: expect.stringContaining("allowlist") } })
  })
})
