import { describe, expect, it } from "@effect/vitest"
import { Duration } from "effect"
import * as Pace from "../../src/gateway/Pace.ts"

const limit = (burst: number, every: number) => ({ burst, every: Duration.millis(every) })

describe("Pace", () => {
  it("lets a burst go at once, and then one at a time", () => {
    const pace = Pace.make()
    const take = (now: number) => pace.take([["a", limit(3, 1000)]], now)
    expect([take(0), take(0), take(0), take(0)]).toEqual([undefined, undefined, undefined, 1000])
    expect([take(1000), take(1000)]).toEqual([undefined, 2000])
    expect([take(10_000), take(10_000), take(10_000), take(10_000)]).toEqual([undefined, undefined, undefined, 11_000])
  })

  it("takes no place anywhere when one lane is not free (F85)", () => {
    const pace = Pace.make()
    const take = (lane: string, now: number) =>
      pace.take(
        [
          ["account", limit(2, 100)],
          [lane, limit(1, 1000)]
        ],
        now
      )
    expect(take("ann", 0)).toBeUndefined()
    expect([take("ann", 0), take("ann", 0), take("ann", 0)]).toEqual([1000, 1000, 1000])
    expect(take("bob", 0)).toBeUndefined()
    expect(take("cid", 0)).toBe(100)
  })

  it("keeps a lane closed for as long as the platform wants it closed, and no other (F85)", () => {
    const pace = Pace.make()
    const take = (lane: string, now: number) => pace.take([[lane, limit(3, 1000)]], now)
    pace.close("ann", limit(3, 1000), 5000)
    pace.close("ann", limit(3, 1000), 2000)
    expect([take("ann", 0), take("ann", 4999), take("ann", 5000), take("bob", 0)]).toEqual([
      5000,
      5000,
      undefined,
      undefined
    ])
  })

  it("never holds back where there is no limit", () => {
    const pace = Pace.make()
    for (let n = 0; n < 100; n++) expect(pace.take([["a", limit(1, 0)]], 0)).toBeUndefined()
  })
})
