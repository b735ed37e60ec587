import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect } from "effect"
import { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import { accountId } from "../../src/domain/Address.ts"
import * as Health from "../../src/gateway/Health.ts"
import * as Status from "../../src/gateway/Status.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"

const main = accountId("fake", "main")
const test = accountId("fake", "test")
const nobody: ReadonlySet<string> = new Set()

const silence = 30_000
const up = (account = main, at = 0) =>
  Status.connected(Status.initial(account, 0), FakeAdapter.connected({ silence: Duration.millis(silence) }), at)
const failed = (retryable: boolean) =>
  Status.fatal(
    up(),
    new AdapterFatal({
      account: main,
      reason: retryable ? "Exhausted" : "Unauthorized",
      retryable,
      attempts: 3,
      lastCause: "the secret is refused",
      remedy: "Enter the new one."
    }),
    5000,
    65_000,
    false
  )

const ready = (status: Status.AccountStatus, now: number, except = nobody) =>
  Health.readiness("running", [status], now, except)

describe("readiness", () => {
  it("is there when the platform has said that we receive, and not before (F29)", () => {
    const opening = Status.opening(Status.initial(main, 0), 10, 20_010)
    const [before] = ready(opening, 20).accounts
    expect(before).toEqual({ account: main, ready: false, state: "Connecting", since: 0, next: 20_010 })
    expect(ready(opening, 20).ready).toBe(false)
    expect(ready(up(main, 30), 40)).toMatchObject({ ready: true, accounts: [{ ready: true, since: 30 }] })
  })

  it("is lost one second after the last proof of life has gone stale, at the latest, whoever has noticed (F106)", () => {
    expect(ready(up(), silence + 1000).ready).toBe(true)
    const { accounts, ready: well } = ready(up(), silence + 1001)
    expect(well).toBe(false)
    expect(accounts).toMatchObject([{ ready: false, state: "Reconnecting", since: 0, why: "no sign of life for 31s" }])
    expect(accounts[0]?.next).toBeGreaterThan(silence)
  })

  const lost: ReadonlyArray<readonly [string, Status.AccountStatus, Partial<Health.AccountHealth>]> = [
    ["Rescheduled", failed(true), { next: 65_000, since: 5000 }],
    ["Parked", failed(false), { next: 65_000, remedy: "Enter the new one." }],
    ["Held", Status.held(up(), "the disk is full", 5000, 6000), { next: 6000, why: "the disk is full" }],
    ["Stopping", Status.decided(up(), { _tag: "Stopping", until: 7000 }, 5000), { next: 7000 }],
    ["Stopped", Status.decided(up(), { _tag: "Stopped" }, 5000), { since: 5000 }]
  ]
  it.each(lost)(
    "is not there while an account is %s, and says why, since when and when it is tried next",
    (tag, status, told) => {
      const { accounts, ready: well } = ready(status, 5500)
      expect(well).toBe(false)
      expect(accounts).toMatchObject([{ account: main, ready: false, state: tag, ...told }])
    }
  )

  it("minds no account that an operator paused, or that the configuration excepts, and says so", () => {
    const paused = Status.decided(up(), { _tag: "Paused" }, 5000)
    expect(ready(paused, 6000)).toMatchObject({ ready: true, accounts: [{ ready: false, excused: "paused" }] })
    expect(ready(failed(false), 6000, new Set([main]))).toMatchObject({
      ready: true,
      accounts: [{ ready: false, excused: "excepted", why: expect.stringContaining("the secret is refused") }]
    })
    const both = Health.readiness("running", [paused, { ...failed(true), account: test }], 6000, nobody)
    expect(both.ready).toBe(false)
  })

  it("is there while an account is connected between two deaths, which are told all the same (F42)", () => {
    const flapping = { ...up(), flapping: true }
    expect(ready(flapping, 10)).toMatchObject({ ready: true, accounts: [{ ready: true, flapping: true }] })
    expect(ready(flapping, silence + 2000)).toMatchObject({ ready: false, accounts: [{ flapping: true }] })
  })

  it("is not there before the process has its accounts, nor when it gives them up", () => {
    expect(Health.readiness("starting", [], 0, nobody).ready).toBe(false)
    expect(Health.readiness("stopping", [up()], 0, nobody).ready).toBe(false)
    expect(Health.readiness("running", [], 0, nobody).ready).toBe(true)
  })
})

describe("liveness", () => {
  const late = Duration.toMillis(Health.lateness)

  it("is no matter of how accounts are: none of them can end the process (F105)", () => {
    for (const status of [failed(false), failed(true), Status.decided(up(), { _tag: "Paused" }, 0)])
      expect(Health.liveness("running", [status], 65_000 + late, 0)).toMatchObject({ live: true, stuck: [] })
    expect(Health.liveness("starting", [], 0, 0).live).toBe(true)
    expect(Health.liveness("stopping", [], 0, 0).live).toBe(true)
  })

  it("is lost when a supervisor has not done what was due, and says whose (F45, F69)", () => {
    const told = Health.liveness("running", [up(test, 100_000), failed(true)], 65_001 + late, 0)
    expect(told).toMatchObject({ live: false, stuck: [{ account: main, state: "Rescheduled", due: 65_000 }] })
  })

  it("gives a supervisor whose connection went stale the time to find out", () => {
    const found = silence + Duration.toMillis(Status.grace) + late
    expect(Health.liveness("running", [up()], found, 0).live).toBe(true)
    expect(Health.liveness("running", [up()], found + 1, 0)).toMatchObject({ live: false, stuck: [{ account: main }] })
  })

  it("is lost when the event loop is late", () => {
    const allowed = Duration.toMillis(Health.lagAllowed)
    expect(Health.liveness("running", [], 0, allowed)).toMatchObject({ live: true, lag: allowed })
    expect(Health.liveness("running", [], 0, allowed + 1).live).toBe(false)
  })
})

const read = (values: Record<string, string>) =>
  Effect.withConfigProvider(
    Health.config,
    ConfigProvider.fromMap(new Map(Object.entries(values)), { pathDelim: "_", seqDelim: "," })
  )

describe("HOLDFAST_READY_EXCEPT", () => {
  it.effect("names accounts, and nothing else", () =>
    Effect.gen(function* () {
      expect(yield* read({})).toEqual(new Set())
      expect(yield* read({ HOLDFAST_READY_EXCEPT: "qq:test, telegram:old" })).toEqual(
        new Set(["qq:test", "telegram:old"])
      )
      expect(String(yield* Effect.flip(read({ HOLDFAST_READY_EXCEPT: "test" })))).toContain("platform:name")
    })
  )
})
