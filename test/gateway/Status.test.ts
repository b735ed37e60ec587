import { describe, expect, it } from "@effect/vitest"
import { Duration, Schema } from "effect"
import { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import { accountId } from "../../src/domain/Address.ts"
import * as Status from "../../src/gateway/Status.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"

const id = accountId("fake", "main")
const connected = FakeAdapter.connected({ silence: "30 seconds" })
const fatal = new AdapterFatal({
  account: id,
  reason: "Exhausted",
  retryable: true,
  attempts: 3,
  lastCause: "x",
  remedy: ""
})

describe("Status", () => {
  it("every state but a person's decision has a due time (F20)", () => {
    const without = Status.State.members.filter((member) => !("until" in member.fields))
    expect(without.length).toBe(2)
    for (const state of [{ _tag: "Paused" }, { _tag: "Stopped" }] as const) {
      expect(Schema.is(Status.State)(state)).toBe(true)
      expect(Status.due(state)).toBeUndefined()
    }
  })

  it("is down since it was last connected, however many states follow", () => {
    const up = Status.connected(Status.initial(id, 0), connected, 1000)
    expect("downSince" in up).toBe(false)
    const down = Status.fatal(up, fatal, 5000, 6000, false)
    const again = Status.opening(down, 6000, 26_000)
    expect([down.downSince, again.downSince, again.generation, again.cause]).toEqual([5000, 5000, 1, fatal.summary])
    expect(Status.connected(again, connected, 7000).cause).toBeUndefined()
  })

  it.each([
    ["the listen loop gave up", Status.fatal(Status.initial(id, 0), fatal, 1000, 2000, false), "AdapterFatal"],
    ["our store refuses", Status.held(Status.initial(id, 0), "the disk is full", 1000, 2000), "StoreRefused"],
    ["it is silent", Status.asOf(Status.connected(Status.initial(id, 0), connected, 1000), 60_000), "ConnectionLost"]
  ])("says to programs too why it is not connected, when %s, and no longer once it is", (_, status, tag) => {
    expect(status.reason?._tag).toBe(tag)
    expect(status.cause).toBeDefined()
    expect("reason" in Status.connected(status, connected, 70_000)).toBe(false)
  })

  describe("when our store takes again what was heard", () => {
    const up = Status.connected(Status.initial(id, 0), connected, 1000)
    const refused = (before: Status.AccountStatus) => Status.held(before, "the disk is full", 20_000, 21_000)

    it("a connection whose proof of life is still good is believed as before", () => {
      expect(Status.released(refused(up), up, 30_000)).toEqual(up)
    })

    it("one whose proof has gone stale is held until the next, which is due as after any pull (F40, F45)", () => {
      const released = Status.released(refused(up), up, 7_200_000)
      expect(released).toMatchObject({
        state: { _tag: "Held", until: 7_230_000 },
        since: 20_000,
        downSince: 20_000,
        lastLife: 1000,
        cause: expect.stringContaining("sign of life")
      })
    })

    it("a line that was being opened has as long for it as it had left", () => {
      const opening = Status.opening(up, 10_000, 30_000)
      expect(Status.released(refused(opening), opening, 620_000).state).toEqual({ _tag: "Connecting", until: 630_000 })
    })

    it("what waits for a person goes on waiting", () => {
      const paused = Status.decided(up, { _tag: "Paused" }, 10_000)
      expect(Status.released(refused(paused), paused, 620_000)).toEqual(paused)
    })
  })

  it("remembers the newest gaps only (F52)", () => {
    let status = Status.initial(id, 0)
    for (let n = 1; n <= 100; n++) status = Status.connected(status, connected, n * 1000)
    expect(status.gaps.length).toBe(Status.gapsKept)
    expect(status.gaps.at(-1)).toEqual({ from: 99_000, to: 100_000 })
  })

  it("a resumed connection, and the very first, leave no gap", () => {
    const first = Status.connected(Status.initial(id, 0), connected, 1000)
    const resumed = Status.connected(first, FakeAdapter.connected({ resumed: true }), 9000)
    expect(resumed.gaps).toEqual([])
  })

  it("is overdue only beyond the slack, and never where a person decides", () => {
    const slack = Duration.seconds(5)
    const opening = Status.opening(Status.initial(id, 0), 0, 20_000)
    expect([20_000, 25_000, 25_001].map((now) => Status.overdue(opening, now, slack))).toEqual([false, false, true])
    expect(Status.overdue(Status.decided(opening, { _tag: "Paused" }, 0), 1e12, slack)).toBe(false)
  })

  it("travels as JSON and comes back the same", () => {
    const status = Status.fatal(Status.connected(Status.initial(id, 0), connected, 1000), fatal, 5000, 6000, true)
    const travelled: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(Status.AccountStatus)(status)))
    expect(Schema.decodeUnknownSync(Status.AccountStatus)(travelled)).toEqual(status)
  })
})
