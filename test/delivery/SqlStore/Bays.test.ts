import { FastCheck } from "effect"
import { describe, expect, it } from "vitest"
import { hashOf } from "../../../src/delivery/Hash.ts"
import { Fingerprints } from "../../../src/delivery/SqlStore/Fingerprints.ts"
import { Bays } from "../../../src/delivery/SqlStore/Bays.ts"

const id = (n: number): string => `qq:main/ROBOT1.0_${((n * 2654435761) % 4294967296).toString(16)}.${n}!`

const range = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n)

describe("fingerprints", () => {
  it("never miss what was added", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(FastCheck.integer()), (hashes) => {
        const prints = new Fingerprints()
        for (const hash of hashes) prints.add(hash)
        return hashes.every((hash) => prints.has(hash))
      })
    )
  })

  it("hardly ever find what was not, as full as they may be", () => {
    const prints = new Fingerprints()
    let added = 0
    for (; !prints.isFull; added++) prints.add(hashOf(id(added)))
    expect(added).toBeGreaterThanOrEqual(49_152)
    expect(range(added).every((n) => prints.has(hashOf(id(n))))).toBe(true)
    const found = range(100_000, added).filter((n) => prints.has(hashOf(id(n))))
    expect(found.length).toBeLessThan(100)
  })
})

/** Bays that begin next to so many ids on the last one there is. */
const begun = (size: number, last = 0, taken = 0, most?: number): Bays => {
  const bays = new Bays(size, most)
  bays.begin(last, taken)
  return bays
}

const places = (bays: Bays, count: number) => range(count).map(() => bays.place())

describe("bays", () => {
  it("that a database does not have leave every id at 0, and none out", () => {
    const bays = new Bays(2)
    expect(places(bays, 5)).toEqual([0, 0, 0, 0, 0])
    bays.add(0, id(0))
    expect(bays.mayHold(id(1))).toBe(true)
  })

  it("are filled one after the other, from where an earlier process left off", () => {
    expect(places(begun(2), 5)).toEqual([-1, -1, -2, -2, -3])
    expect(places(begun(3, -7, 1), 4)).toEqual([-7, -7, -8, -8])
    expect(places(begun(3, -7, 4), 2)).toEqual([-8, -8])
    expect(places(begun(2, 0, 1000), 3)).toEqual([-1, -1, -2])
  })

  it("take twice as much for every 32 there are", () => {
    const bays = begun(1)
    const count = (from: number) => {
      const taken = new Map<number, number>()
      for (const n of range(200, from)) {
        const bay = bays.place()
        bays.add(bay, id(n))
        taken.set(bay, (taken.get(bay) ?? 0) + 1)
      }
      return taken
    }
    const taken = count(0)
    expect([taken.get(-1), taken.get(-32), taken.get(-33), taken.get(-64), taken.get(-65)]).toEqual([1, 1, 2, 2, 4])
  })

  it("are told apart from what is on none of them", () => {
    const bays = begun(10)
    for (const n of range(25)) bays.add(bays.place(), id(n))
    bays.add(0, id(25))
    expect(range(26).every((n) => bays.mayHold(id(n)))).toBe(true)
    expect(range(100, 26).some((n) => bays.mayHold(id(n)))).toBe(false)
  })

  it("that are gone are forgotten, and never the last, whether there is anything on it or not", () => {
    const bays = begun(1)
    for (const n of range(4)) bays.add(bays.place(), id(n))
    bays.retain([-2])
    expect(range(4).map((n) => bays.mayHold(id(n)))).toEqual([false, true, false, true])
    bays.retain([])
    expect(range(4).map((n) => bays.mayHold(id(n)))).toEqual([false, false, false, true])
  })

  it("hold more than one is meant for: what several processes put there", () => {
    const bays = begun(10)
    for (const n of range(60_000)) bays.add(-1, id(n))
    expect(range(60_000).every((n) => bays.mayHold(id(n)))).toBe(true)
  })

  it("of which there are too many to know leave no id out until they are gone", () => {
    const bays = begun(1, 0, 0, 4)
    for (const n of range(6, 1)) bays.add(-n, id(n))
    expect(bays.mayHold(id(1000))).toBe(true)
    bays.retain(range(5, 1).map((n) => -n))
    expect(bays.mayHold(id(1000))).toBe(true)
    bays.retain(range(4, 1).map((n) => -n))
    expect(bays.mayHold(id(1000))).toBe(false)
    expect(bays.mayHold(id(4))).toBe(true)
  })

  it("take no more room for ids that are recalled again", () => {
    const bays = begun(10, 0, 0, 2)
    for (const again of range(3)) {
      for (const n of range(60_000)) bays.add(-1, id(n))
      expect([again, bays.mayHold(id(100_000))]).toEqual([again, false])
    }
  })
})
