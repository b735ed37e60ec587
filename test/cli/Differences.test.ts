import { describe, expect, it } from "vitest"
import { told } from "../../src/cli/Differences.ts"
import { accountId } from "../../src/domain/Address.ts"

const [main, test] = [accountId("qq", "main"), accountId("qq", "test")]
const none = { added: [], removed: [], changed: [], unchanged: [] }

describe("what a change came to", () => {
  it.each([
    [none, "no account"],
    [{ ...none, unchanged: [main, test] }, "unchanged: qq:main, qq:test"],
    [{ ...none, added: [test], changed: [main] }, "added: qq:test; changed: qq:main"]
  ])("is told by account", (difference, text) => {
    expect(told(difference)).toBe(text)
  })
})
