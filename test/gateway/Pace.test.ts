import { describe, expect, it } from "@effect/vitest"
import { Duration } from "effect"
import * as Pace from "../../src/gateway/Pace.ts"

const limit = (burst: number, every: number) => ({ burst, every: Duration.millis(every) })
const free = limit(1, 0)

describe("Pace", () => {
  it("lets a burst go at once, and then one at a time", () => {
    const pace = Pace.make()
    let asked = 0
    const take = (now: number) => pace.take(`m${asked++}`, ["all", free], ["a", limit(3, 1000)], now)
    expect([take(0), take(0), take(0), take(0)]).toEqual([undefined, undefined, undefined, 1000])
    expect([take(1000), take(1000)]).toEqual([undefined, 2000])
    expect([take(10_000), take(10_000), take(10_000), take(10_000)]).toEqual([undefined, undefined, undefined, 11_000])
  })

  it("gives those who wait for a shared lane one place each, and keeps it for them (F85)", () => {
    const pace = Pace.make()
    const take = (who: string, now: number) => pace.take(who, ["account", limit(2, 100)], [who, free], now)
    const waiting = Array.from({ length: 1000 }, (_, index) => `m${index}`)
    const places = waiting.map((who) => take(who, 0))
    expect(places.slice(0, 4)).toEqual([undefined, undefined, 100, 200])
    expect(places.at(-1)).toBe(99_800)
    // asking early, as the woken do, changes nothing
    expect(waiting.slice(2).map((who) => take(who, 50))).toEqual(places.slice(2))
    expect(waiting.slice(2).map((who, index) => take(who, places[index + 2] ?? 0))).toEqual(
      waiting.slice(2).map(() => undefined)
    )
    expect(take("late", 99_800)).toBe(99_900)
  })

  it("takes no place in the shared lane for who may not use its own yet (F85)", () => {
    const pace = Pace.make()
    const take = (who: string, lane: string, now: number) =>
      pace.take(who, ["account", limit(2, 100)], [lane, limit(1, 1000)], now)
    expect(take("a1", "ann", 0)).toBeUndefined()
    expect([take("a2", "ann", 0), take("a3", "ann", 0), take("a4", "ann", 0)]).toEqual([1000, 1000, 1000])
    expect(take("b1", "bob", 0)).toBeUndefined()
    expect(take("c1", "cid", 0)).toBe(100)
  })

  it("keeps a lane closed for as long as the platform wants it closed, and no other (F85)", () => {
    const pace = Pace.make()
    const take = (lane: string, now: number) => pace.take(`${lane}${now}`, ["all", free], [lane, limit(3, 1000)], now)
    pace.close(["ann", limit(3, 1000)], 5000)
    pace.close(["ann", limit(3, 1000)], 2000)
    expect([take("ann", 0), take("ann", 4999), take("bob", 4999), take("ann", 5000)]).toEqual([
      5000,
      5000,
      undefined,
      undefined
    ])
  })

  it("takes back what it promised in a lane that closes, and gives it anew, spaced, from its opening on (F85)", () => {
    const pace = Pace.make()
    const shared: Pace.Lane = ["account", limit(2, 100)]
    const take = (who: string, now: number) => pace.take(who, shared, [who, free], now)
    const waiting = ["a", "b", "c", "d", "e"]
    expect(waiting.map((who) => take(who, 0))).toEqual([undefined, undefined, 100, 200, 300])
    pace.close(shared, 5000)
    // a shorter word changes nothing
    pace.close(shared, 3000)
    expect(["c", "d", "e"].map((who) => take(who, 100))).toEqual([5000, 5100, 5200])
    expect([take("c", 4999), take("c", 5000), take("late", 5000)]).toEqual([5000, undefined, 5300])
  })

  it("gives a place anew to who comes for it too late: an outage ends with no crowd (F85)", () => {
    const pace = Pace.make()
    const take = (who: string, now: number) => pace.take(who, ["account", limit(1, 100)], [who, free], now)
    const waiting = Array.from({ length: 50 }, (_, index) => `m${index}`)
    for (const who of waiting) take(who, 0)
    const places = waiting.slice(1).map((who) => take(who, 60_000))
    expect(places).toEqual(Array.from({ length: 49 }, (_, index) => (index === 0 ? undefined : 60_000 + 100 * index)))
  })

  it("has a spare place once those who wait have gone, or have not come for theirs (F85)", () => {
    const pace = Pace.make()
    const shared: Pace.Lane = ["account", limit(1, 100)]
    const take = (who: string, now: number) => pace.take(who, shared, [who, free], now)
    const spare = (now: number) => pace.spare(shared, ["ann", free], now)
    expect([take("a", 0), take("b", 0)]).toEqual([undefined, 100])
    expect([spare(50), spare(100)]).toEqual([false, false])
    expect(take("b", 100)).toBeUndefined()
    expect([spare(150), spare(200)]).toEqual([false, true])
    expect(take("gone", 200)).toBe(300)
    expect([spare(300), spare(60_000)]).toEqual([false, true])
  })

  it("never holds back where there is no limit", () => {
    const pace = Pace.make()
    for (let n = 0; n < 100; n++) expect(pace.take(`m${n}`, ["all", free], ["a", free], 0)).toBeUndefined()
  })
})
