import { expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { equal } from "../../src/adapter/ConstantTime.ts"

it("a secret is equal to itself", () => {
  for (const secret of ["a", "s3cr3t_-", "哦一下", "x".repeat(256)]) expect(equal(secret, secret)).toBe(true)
})

it.each([
  ["", "a"],
  ["a", ""],
  ["aa", "a"],
  ["a", "aa"],
  ["ab", "ba"],
  ["a\u0000", "a"],
  ["abcabc", "abc"],
  ["A", "a"]
])("%j is not the secret %j", (given, secret) => {
  expect(equal(given, secret)).toBe(false)
})

it("it says what === says of any two texts", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "\u0000") })
  fc.assert(fc.property(text, text, (one, other) => equal(one, other) === (one === other)))
})
