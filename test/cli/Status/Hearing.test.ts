import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { hear } from "../../../src/cli/Status/Hearing.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { AccountStatus, initial } from "../../../src/gateway/Status.ts"

const [main, test] = [accountId("qq", "main"), accountId("qq", "test")]

const told = (event: string, data: unknown) => ({ event, data: JSON.stringify(data), id: undefined })
const encode = Schema.encodeSync(AccountStatus)
const paused: AccountStatus = { ...initial(main, 0), state: { _tag: "Paused" } }
const nothing = { accounts: new Map<string, AccountStatus>(), handlers: [] }

describe("what a process tells of its accounts and handlers", () => {
  it("changes what is known of it, and leaves the rest", () => {
    const all = [
      told("snapshot", [encode(initial(main, 0)), encode(initial(test, 0))]),
      told("handlers", [{ handler: "llm", state: "failing", since: 7 }]),
      told("status", encode(paused)),
      told("removed", { account: test })
    ]
    const { accounts, handlers } = all.reduce((known, one) => hear(known, one), nothing)
    expect([...accounts]).toEqual([[main, paused]])
    expect(handlers).toEqual([{ handler: "llm", state: "failing", since: 7 }])
  })

  it.each([told("status", { account: main }), told("passage", {}), { event: "snapshot", data: "[", id: undefined }])(
    "changes nothing where it is not understood: %o",
    (what) => {
      expect(hear(nothing, what)).toBe(nothing)
    }
  )
})
