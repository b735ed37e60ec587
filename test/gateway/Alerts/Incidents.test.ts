import { describe, expect, it } from "vitest"
import { Duration } from "effect"
import { accountId } from "../../../src/domain/Address.ts"
import type { Alert } from "../../../src/gateway/Alerts/Alert.ts"
import { Incidents } from "../../../src/gateway/Alerts/Incidents.ts"
import { type AccountStatus, initial, type State } from "../../../src/gateway/Status.ts"

const [one, two, three] = ["one", "two", "three"].map((name) => accountId("fake", name))

const minute = 60_000
const up: State = { _tag: "Connected", until: 1e9 }
const waiting: State = { _tag: "Rescheduled", until: 1e9 }
const parked: State = { _tag: "Parked", until: 1e9, remedy: "Set the right secret." }

/** An account that is in this state since then. */
const status = (account = one, state: State, since: number, fields: Partial<AccountStatus> = {}): AccountStatus => ({
  ...initial(account ?? accountId("fake", "one"), 0),
  generation: 1,
  state,
  since,
  downSince: since,
  cause: "the line was cut (1006)",
  ...fields
})

/** What is told when it is looked every five seconds from one time to another, at what `at` says there is. */
const told = (
  incidents: Incidents,
  from: number,
  to: number,
  at: (now: number) => ReadonlyArray<AccountStatus>
): ReadonlyArray<Alert> => {
  const alerts: Array<Alert> = []
  for (let now = from; now < to; now += 5000) alerts.push(...incidents.look(at(now), now))
  return alerts
}

const who = (alerts: ReadonlyArray<Alert>) =>
  alerts.map(({ accounts, kind }) => [kind, ...accounts.map(({ account, what }) => `${account} ${what}`)].join(" "))

const fresh = () => new Incidents(Duration.minutes(5))

describe("incidents", () => {
  it("are told once however long they last, and once when they are over", () => {
    const incidents = fresh()
    const outage = told(incidents, 0, 180 * minute, () => [status(one, waiting, 0)])
    expect(who(outage)).toEqual(["raised fake:one down"])
    expect(outage[0]?.text).toBe(
      "fake:one has been down for 5m 10s, since 1970-01-01T00:00:00Z: the line was cut (1006). It is tried again in 11d 13h 41m 30s."
    )
    const after = told(incidents, 180 * minute, 300 * minute, () => [status(one, up, 180 * minute)])
    expect(after).toHaveLength(1)
    expect(after[0]).toMatchObject({
      kind: "cleared",
      accounts: [{ since: 0, until: 180 * minute, ended: "connected" }]
    })
    expect(after[0]?.text).toBe("fake:one is connected again, after 3h.")
  })

  it("are none where an account is back before anybody would have been told", () => {
    const incidents = fresh()
    const line = (now: number) => [now < 4.9 * minute ? status(one, waiting, 0) : status(one, up, 4.9 * minute)]
    expect(told(incidents, 0, 60 * minute, line)).toEqual([])
  })

  it("are told together where accounts fell together, and where one more fell in the same minute", () => {
    const incidents = fresh()
    const fallen = () => [status(one, waiting, 0), status(two, waiting, 3000), status(three, waiting, 40_000)]
    expect(who(told(incidents, 0, 60 * minute, fallen))).toEqual(["raised fake:one down fake:two down fake:three down"])
    const risen = [60, 60.2, 60.4].map((at) => at * minute)
    const back = (now: number) =>
      fallen().map((down, index) => {
        const since = risen[index] ?? 0
        return now < since ? down : status(down.account, up, since)
      })
    const cleared = told(incidents, 60 * minute, 70 * minute, back)
    expect(who(cleared)).toEqual(["cleared fake:one down fake:two down fake:three down"])
  })

  it("do not take in an account that is only a little late when another needs a person", () => {
    const incidents = fresh()
    const both = (now: number) => [
      status(one, parked, 0),
      now < 30_000 ? status(two, { _tag: "Connecting", until: 1e9 }, 0) : status(two, up, 30_000)
    ]
    expect(who(told(incidents, 0, 60 * minute, both))).toEqual(["raised fake:one parked"])
  })

  it("are told at once where a person must act, with what that person does (F36)", () => {
    const alerts = told(fresh(), 0, 20_000, () => [status(one, parked, 0)])
    expect(alerts.map(({ at }) => at)).toEqual([10_000])
    expect(alerts[0]?.text).toContain("fake:one waits for a person, since 1970-01-01T00:00:00Z")
    expect(alerts[0]?.text).toContain("Set the right secret.")
  })

  it("are told a second time when a person must act by now, and never again", () => {
    const turns = (now: number) => [
      now % (20 * minute) < 10 * minute ? status(one, waiting, 0) : status(one, parked, 10 * minute, { downSince: 0 })
    ]
    expect(who(told(fresh(), 0, 120 * minute, turns))).toEqual(["raised fake:one down", "raised fake:one parked"])
  })

  it("are told of sessions that keep dying young, though they are connected now and then", () => {
    const incidents = fresh()
    const flaps = (now: number) => {
      const since = now - (now % 30_000)
      return [status(one, since % minute === 0 ? up : waiting, since, { flapping: true })]
    }
    expect(who(told(incidents, 0, 120 * minute, flaps))).toEqual(["raised fake:one flapping"])
    const calm = told(incidents, 120 * minute, 130 * minute, () => [status(one, up, 120 * minute)])
    expect(who(calm)).toEqual(["cleared fake:one flapping"])
  })

  it("go on where the connection did not last, and are over only once", () => {
    const incidents = fresh()
    told(incidents, 0, 60 * minute, () => [status(one, waiting, 0)])
    const short = (now: number) => {
      const since = now - (now % minute)
      return [now - since < 50_000 ? status(one, up, since) : status(one, waiting, since + 50_000)]
    }
    expect(told(incidents, 60 * minute, 120 * minute, short)).toEqual([])
    const lasts = told(incidents, 120 * minute, 180 * minute, () => [status(one, up, 120 * minute)])
    expect(who(lasts)).toEqual(["cleared fake:one down"])
  })

  it("are nothing that a person wanted: who is paused is not down, and a pause ends what was the matter", () => {
    expect(told(fresh(), 0, 60 * minute, () => [status(one, { _tag: "Paused" }, 0)])).toEqual([])
    const incidents = fresh()
    told(incidents, 0, 10 * minute, () => [status(one, waiting, 0)])
    const paused = told(incidents, 10 * minute, 60 * minute, () => [status(one, { _tag: "Paused" }, 10 * minute)])
    expect(paused.map(({ text }) => text)).toEqual(["fake:one was paused by an operator, after 10m."])
  })

  it("are none where another process has the account, and this one stands by", () => {
    expect(told(fresh(), 0, 60 * minute, () => [status(one, waiting, 0, { generation: 0 })])).toEqual([])
    const held: State = { _tag: "Held", until: 1e9 }
    const unkept = told(fresh(), 0, 60 * minute, () => [status(one, held, 0, { generation: 0 })])
    expect(who(unkept)).toEqual(["raised fake:one down"])
  })

  it("are over when the account is no more, and when the process stops nothing is said", () => {
    const incidents = fresh()
    told(incidents, 0, 10 * minute, () => [status(one, waiting, 0)])
    expect(told(incidents, 10 * minute, 11 * minute, () => [status(one, { _tag: "Stopped" }, 10 * minute)])).toEqual([])
    const gone = told(incidents, 11 * minute, 12 * minute, () => [])
    expect(gone.map(({ text }) => text)).toEqual(["fake:one is no account any more, after 11m."])
  })

  it("are told in a message that fits anywhere, however many accounts there are", () => {
    const many = Array.from({ length: 500 }, (_, index) => status(accountId("fake", `n${index}`), waiting, 0))
    const [alert, ...others] = told(fresh(), 0, 8 * minute, () => many)
    expect(others).toEqual([])
    expect(alert?.accounts).toHaveLength(500)
    expect(alert?.text.split("\n")).toHaveLength(11)
    expect(alert?.text).toContain("And so it is with 490 more.")
    expect(alert?.text.length).toBeLessThan(3000)
  })
})
