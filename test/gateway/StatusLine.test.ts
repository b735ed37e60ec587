import { describe, expect, it } from "@effect/vitest"
import { accountId } from "../../src/domain/Address.ts"
import { type AccountStatus, initial, type State } from "../../src/gateway/Status.ts"
import * as StatusLine from "../../src/gateway/StatusLine.ts"

const now = 1_000_000
const base: AccountStatus = { ...initial(accountId("qq", "main"), 0), generation: 1, attempts: 2 }
const until = now + 12_400

describe("StatusLine.down", () => {
  const lines: ReadonlyArray<readonly [State, string]> = [
    [{ _tag: "Connecting", until }, "cut; trying now, for at most 12s"],
    [{ _tag: "Connected", until }, "cut; connected"],
    [{ _tag: "Reconnecting", until }, "cut; attempt 3 in 12s"],
    [{ _tag: "Rescheduled", until: now + 400 }, "cut; a fresh adapter in 0.4s"],
    [{ _tag: "RateLimited", until }, "cut; nothing is allowed before 12s have passed; then it goes on"],
    [{ _tag: "Held", until }, "cut; it hears nothing until our store takes what it has; asked again in 12s"],
    [{ _tag: "Paused" }, "cut; paused by an operator, until resumed"],
    [
      { _tag: "Parked", until, remedy: "Set QQ_CLIENT_SECRET." },
      "cut; parked: Set QQ_CLIENT_SECRET. Probed in 12s all the same"
    ],
    [{ _tag: "Stopping", until }, "cut; stopping"],
    [{ _tag: "Stopped" }, "cut; stopped"]
  ]
  it.each(lines)("says of %o what happened and what happens next", (state, line) => {
    expect(StatusLine.down({ ...base, state, cause: "cut" }, now)).toBe(line)
  })

  it("says that an account is flapping (F42)", () => {
    const state: State = { _tag: "Rescheduled", until: now + 30_000 }
    expect(StatusLine.down({ ...base, state, flapping: true }, now)).toBe(
      "flapping: its sessions keep dying young; a fresh adapter in 30s"
    )
  })

  it("never tells a time before now (F39)", () => {
    expect(StatusLine.down({ ...base, state: { _tag: "Reconnecting", until: 5 } }, now)).toBe("attempt 3 in 0s")
  })
})

describe("StatusLine.up", () => {
  const self = { id: "7", name: "botty" }
  const up: AccountStatus = { ...base, state: { _tag: "Connected", until }, since: now, self }

  it("says nothing of a loss when there was none", () => {
    expect(StatusLine.up(base, up, false)).toBe("connected as botty")
  })

  it("says how long it was away, and what that cost", () => {
    const before = { ...base, cause: "cut", downSince: now - 90_000 }
    expect(StatusLine.up(before, up, true)).toBe("connected as botty after 1m 30s, nothing missed")
    const gap = { from: now - 100_000, to: now }
    expect(StatusLine.up(before, { ...up, gaps: [gap] }, false)).toBe(
      "connected as botty after 1m 30s, and cannot know what was said for 1m 40s before that"
    )
  })
})
