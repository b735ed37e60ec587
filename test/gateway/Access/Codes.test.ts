import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Codes, shown, understood } from "../../../src/gateway/Access/Codes.ts"

const typed = (text: string) => understood(Redacted.make(text))

describe("Codes", () => {
  it.effect("are eight letters and digits that nobody takes for one another, each as likely as any", () =>
    Effect.gen(function* () {
      const { draw } = yield* Codes
      const drawn = yield* Effect.replicateEffect(Effect.map(draw, Redacted.value), 4000)
      expect(drawn.filter((code) => !/^[A-HJ-NP-Z2-9]{8}$/.test(code))).toEqual([])
      expect(new Set(drawn).size).toBe(4000)
      const counts = new Map<string, number>()
      for (const letter of drawn.join("")) counts.set(letter, (counts.get(letter) ?? 0) + 1)
      expect(counts.size).toBe(32)
      // a thousand of each: further off than 10 standard deviations is no chance
      for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(320)
    })
  )

  it.effect("are shown in two halves, and understood as people type them", () =>
    Effect.gen(function* () {
      const { draw } = yield* Codes
      const code = yield* draw
      const text = shown(code)
      expect(text).toMatch(/^\w{4}-\w{4}$/)
      for (const as of [text, text.toLowerCase(), ` ${text.replace("-", " ")} `, Redacted.value(code)])
        expect(typed(as)).toEqual(code)
    })
  )

  it.each(["", "K7QM2XP", "K7QM2XPAA", "K7QM2XP0", "K7QM2XPO", "K7QM2XP1", "K7QM2XPI", "K7QM2XPé", "K7QM_2XPA"])(
    "%j is none",
    (text) => {
      expect(typed(text)).toBe(undefined)
    }
  )

  it.effect("are known again by a digest that differs with the salt and tells nothing of them", () =>
    Effect.gen(function* () {
      const { digest, draw, salt } = yield* Codes
      const [code, other] = [yield* draw, yield* draw]
      const [one, two] = [yield* salt, yield* salt]
      const known = yield* digest(code, one)
      expect(known).toMatch(/^[0-9a-f]{64}$/)
      expect(yield* digest(code, one)).toBe(known)
      expect(yield* digest(other, one)).not.toBe(known)
      expect(yield* digest(code, two)).not.toBe(known)
      expect(known.includes(Redacted.value(code).toLowerCase())).toBe(false)
    })
  )

  it.effect("digest is PBKDF2 with SHA-256, 100 000 rounds", () =>
    Effect.gen(function* () {
      const { pbkdf2Sync } = yield* Effect.promise(() => import("node:crypto"))
      const { digest } = yield* Codes
      expect(yield* digest(Redacted.make("K7QM2XPA"), "salt")).toBe(
        pbkdf2Sync("K7QM2XPA", "salt", 100_000, 32, "sha256").toString("hex")
      )
    })
  )
})
