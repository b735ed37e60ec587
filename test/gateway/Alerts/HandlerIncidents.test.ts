import { Duration, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { Alert } from "../../../src/gateway/Alerts/Alert.ts"
import { HandlerIncidents } from "../../../src/gateway/Alerts/HandlerIncidents.ts"
import type { HandlerHealth } from "../../../src/handler/Handler.ts"

const minute = 60_000

const failing = (since: number, handler = "webhook bot.example"): HandlerHealth => ({
  handler,
  state: "failing",
  since,
  cause: "it answered 500.",
  next: 10 * minute
})
const working = (since: number, handler = "webhook bot.example"): HandlerHealth => ({
  handler,
  state: "working",
  since
})

/** What is told when it is looked every five seconds from one time to another, at what `at` says there is. */
const told = (
  incidents: HandlerIncidents,
  from: number,
  to: number,
  at: (now: number) => ReadonlyArray<HandlerHealth>
): ReadonlyArray<Alert> => {
  const alerts: Array<Alert> = []
  for (let now = from; now < to; now += 5000) alerts.push(...incidents.look(at(now), now))
  return alerts
}

const fresh = () => new HandlerIncidents(Duration.minutes(5))

describe("incidents of handlers", () => {
  it("are told once however long they last, with why and what is next, and once when they are over (F36)", () => {
    const incidents = fresh()
    const outage = told(incidents, 0, 180 * minute, () => [failing(0)])
    expect(outage.map(({ text }) => text)).toEqual([
      "The handler webhook bot.example has failed for 5m 10s, since 1970-01-01T00:00:00Z: it answered 500. What is heard waits; it is tried again in 4m 50s."
    ])
    const after = told(incidents, 180 * minute, 300 * minute, () => [working(180 * minute)])
    expect(after).toMatchObject([{ kind: "cleared", accounts: [], handlers: [{ since: 0, until: 180 * minute }] }])
    expect(after[0]?.text).toBe("The handler webhook bot.example answers again, after 3h.")
  })

  it("have names that a message may have, and the shape that is promised", () => {
    const [alert] = told(fresh(), 0, 10 * minute, () => [failing(0, "exec ./a #b\n")])
    expect(alert?.id).toMatch(/^raised-handler-exec-.-a-b--\d+$/)
    expect(Schema.is(Alert)(alert)).toBe(true)
  })

  it("are none where it is well before anybody would have been told, or is not there", () => {
    const short = (now: number) => [
      now % (10 * minute) < 4.9 * minute ? failing(now - (now % (10 * minute))) : working(0)
    ]
    expect(told(fresh(), 0, 60 * minute, short)).toEqual([])
    expect(told(fresh(), 0, 60 * minute, () => [])).toEqual([])
  })

  it("go on where it answered for a moment only, before and after that was to be told", () => {
    const incidents = fresh()
    told(incidents, 0, 10 * minute, () => [failing(0)])
    const moments = (now: number) => [now % (5 * minute) < 50_000 ? working(now) : failing(now)]
    expect(told(incidents, 10 * minute, 60 * minute, moments)).toEqual([])
    const longer = (now: number) => [now % (5 * minute) < 80_000 ? working(now) : failing(now)]
    expect(told(incidents, 60 * minute, 120 * minute, longer)).toEqual([])
    expect(told(incidents, 120 * minute, 125 * minute, () => [working(0)])).toMatchObject([
      { kind: "cleared", handlers: [{ since: 0, until: 120 * minute }] }
    ])
  })

  it("are apart for each that fails, and together where they came to be told together", () => {
    const both = (now: number) => [failing(0, "llm"), now < minute ? working(0, "exec") : failing(4000, "exec")]
    const alerts = told(fresh(), 0, 60 * minute, both)
    expect(alerts.map(({ handlers }) => handlers?.map(({ handler }) => handler))).toEqual([["llm", "exec"]])
  })
})
