import { describe, expect, it } from "@effect/vitest"
import * as Crowd from "../../../src/gateway/Sender/Crowd.ts"

describe("Crowd", () => {
  it("three conversations within ten seconds are their account, until the latest of their times (F85)", () => {
    const crowd = Crowd.make()
    expect(crowd.note("a", "a/1", 5000, 0)).toBeUndefined()
    expect(crowd.note("a", "a/2", 30_000, 4000)).toBeUndefined()
    expect(crowd.note("a", "a/3", 12_000, 9999)).toBe(30_000)
  })

  it("the same conversation again is no crowd", () => {
    const crowd = Crowd.make()
    for (let now = 0; now < 5; now++) expect(crowd.note("a", `a/${now % 2}`, 5000, now)).toBeUndefined()
  })

  it("those of another account, and those of ten seconds ago, do not count", () => {
    const crowd = Crowd.make()
    crowd.note("a", "a/1", 60_000, 0)
    expect(crowd.note("b", "b/1", 60_000, 1)).toBeUndefined()
    crowd.note("a", "a/2", 60_000, 1000)
    expect(crowd.note("a", "a/3", 60_000, 10_000)).toBeUndefined()
    expect(crowd.note("a", "a/4", 60_000, 10_999)).toBe(60_000)
  })

  it("an account waits for a minute at most", () => {
    const crowd = Crowd.make()
    for (const id of ["a/1", "a/2"]) crowd.note("a", id, 3_600_000, 0)
    expect(crowd.note("a", "a/3", 1, 500)).toBe(60_500)
  })
})
