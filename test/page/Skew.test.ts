import { describe, expect, it } from "vitest"
import { ahead, learn, unknown } from "../../src/page/Skew.ts"

/** An answer of a program whose clock is `skew` ahead, asked for at `sent` and on its way for `took` milliseconds. */
const answer = (skew: number, sent: number, took = 20) => ({
  sent,
  received: sent + took,
  dated: Math.floor((sent + took / 2 + skew) / 1000) * 1000
})

describe("the program's clock", () => {
  it.each([0, 250, -400, 90_000, -3_600_000])(
    "is known to a tenth of a second after some answers, when it is %i ms ahead",
    (skew) => {
      const learned = Array.from({ length: 40 }, (_, n) => answer(skew, 1_000_000 + n * 1337)).reduce(learn, unknown)
      expect(Math.abs(ahead(learned) - skew)).toBeLessThan(100)
    }
  )

  it("is known to half a second after one answer", () => {
    expect(Math.abs(ahead(learn(unknown, answer(7000, 5_000_123))) - 7000)).toBeLessThan(520)
  })

  it("is taken for this one before anything is known", () => {
    expect(ahead(unknown)).toBe(0)
  })

  it("is learned anew when it was set", () => {
    const before = Array.from({ length: 20 }, (_, n) => answer(0, n * 1337)).reduce(learn, unknown)
    const after = learn(before, answer(-7_200_000, 100_000))
    expect(Math.abs(ahead(after) + 7_200_000)).toBeLessThan(520)
  })

  it("is not made worse by an answer that was long on its way", () => {
    const before = Array.from({ length: 40 }, (_, n) => answer(300, n * 1337)).reduce(learn, unknown)
    expect(learn(before, answer(300, 200_000, 9000))).toEqual(before)
  })
})
