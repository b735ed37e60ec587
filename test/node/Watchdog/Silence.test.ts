import { describe, expect, it } from "vitest"
import { Silence, type Served } from "../../../src/node/Watchdog/Silence.ts"

const [bound, tick] = [60_000, 1000]

/** Looks that come `elapsed` apart, of which the main thread gets a share of a CPU and waits for the rest, until they are too many. */
const looks = (elapsed: number, share: { ran: number; waited: number } | undefined, most = 10_000): number => {
  const silence = new Silence(bound, tick)
  const now = { ran: 0, waited: 0 }
  const served = (): Served | undefined => (share === undefined ? undefined : { ...now })
  for (let look = 1; look <= most; look += 1) {
    if (silence.still(elapsed, served)) return look
    now.ran += elapsed * (share?.ran ?? 0)
    now.waited += elapsed * (share?.waited ?? 0)
  }
  return most
}

describe("the silence of a part", () => {
  it("is too long at its bound, where the part computes for ever, sleeps for ever, or the system does not say", () => {
    expect(looks(tick, { ran: 1, waited: 0 })).toBe(60)
    expect(looks(tick, { ran: 0, waited: 0 })).toBe(60)
    expect(looks(tick, undefined)).toBe(60)
  })

  it("is not the part's own while it waits for a CPU, until ten times the bound (F68)", () => {
    expect(looks(tick, { ran: 0.5, waited: 0.5 })).toBeGreaterThan(110)
    expect(looks(tick, { ran: 0.01, waited: 0.99 })).toBe(600)
  })

  it("counts no time in which whoever watches was late itself: the machine slept, or starves (F68)", () => {
    const silence = new Silence(bound, tick)
    for (let hour = 0; hour < 29; hour += 1) expect(silence.still(3_600_000, () => undefined)).toBe(false)
    expect(silence.span).toBe(58_000)
  })

  it("is over with the first move", () => {
    const silence = new Silence(bound, tick)
    for (let round = 0; round < 3; round += 1) {
      for (let look = 1; look < 60; look += 1) expect(silence.still(tick, () => undefined)).toBe(false)
      silence.moved()
    }
  })
})
