import { describe, expect, it } from "vitest"
import { Ring } from "../../../src/http/Live/Ring.ts"

const told = (n: number, size = 1) => ({
  event: "status" as const,
  full: String(n).padEnd(size),
  bare: String(n).padEnd(size)
})

const full = (ring: Ring, count: number, size = 1) => {
  for (let n = 1; n <= count; n++) ring.push(told(n, size))
  return ring
}

describe("the ring of what was told", () => {
  it("gives what came after an event, for each that it may be asked", () => {
    const ring = full(new Ring({ events: 10, size: 1000 }), 4)
    expect([0, 2, 4].map((number) => ring.after(number)?.map((one) => one.full))).toEqual([
      ["1", "2", "3", "4"],
      ["3", "4"],
      []
    ])
  })

  it.each([-1, 5, Number.NaN, Number.POSITIVE_INFINITY])(
    "has nothing to say after %d, which it never told",
    (number) => {
      expect(full(new Ring({ events: 10, size: 1000 }), 4).after(number)).toBeUndefined()
    }
  )

  it.each([
    ["events", { events: 3, size: 1000 }, 1],
    ["characters", { events: 1000, size: 30 }, 10]
  ] as const)("keeps only so many %s, and says that what came between is gone (F71)", (_, bounds, size) => {
    const ring = full(new Ring(bounds), 100, size)
    expect(ring.after(97)?.map((one) => one.full.trim())).toEqual(["98", "99", "100"])
    expect(ring.after(96)).toBeUndefined()
  })

  it("goes on from nothing after it was cleared, though its newest event is asked for", () => {
    const ring = full(new Ring({ events: 10, size: 1000 }), 4)
    ring.clear()
    expect(ring.after(4)).toBeUndefined()
    const from = ring.last
    ring.push(told(6))
    expect(ring.after(from)).toEqual([told(6)])
  })
})
