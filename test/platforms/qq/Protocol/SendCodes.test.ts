import { describe, expect, it } from "@effect/vitest"
import { Duration } from "effect"
import { type SendAction, sendCode, sendCodes } from "../../../../src/platforms/qq/Protocol/SendCodes.ts"

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

const numbers = (list: string) => list.split(/\s+/).map(Number)

/** The classes, as they follow from https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/error-trace/openapi.html */
const classes: Readonly<Record<SendAction, ReadonlyArray<number>>> = {
  delivered: [40054005],
  audit: [304023, 304024],
  anchor: [304026, 304027, 304028, 304103, 40034005, 40034024, 40034025, 40034026, 40034027, 40034128],
  plain: [50041, ...range(50054, 50057), 304036, ...range(40034008, 40034011), 40034090, 40034124, 40034127],
  unbuttoned: [50037, 304038, 304039, 304040, 305007, 40034029],
  unlinked: [304003, 40054010],
  unshown: [10000, 304020, 304080, 340067, 340069, 850018, 850019, 850026, 850027, 850031, 40093002],
  refetch: [304010, 304017, 304021, 304082, 304083, 40034004, 40093001],
  repeat: [11252, 11263, 11281],
  unstreamed: [40007, ...range(40034016, 40034022), 40054014, 40054015, 40113003],
  later: [20028, 50002, 22009, 1100100, 1100308, 40034100, 40054002],
  retry: numbers(`50001 304016 304018 304033 304044 40054006 50055001 50055002 50055006`),
  rejected: numbers(`11253 11254 11255 11264 11282 22006 50006 50059
    304004 304014 304022 304025 304031 304032 304034 304035
    304045 304046 304047 304048 304049 304050 304051 304052 304061 304062 304064
    1100101 40011000
    40034006 40034101 40034102 40034105 40034106 40034108 40034109 40034122 40034123
    40054003 40054004 40054007 40054013 40054016 40054018`)
}

describe("QQ send codes", () => {
  it("every code of the table is of exactly one class (F31)", () => {
    const expected = Object.entries(classes).flatMap(([action, codes]) => codes.map((code) => [code, action]))
    const sorted = (rows: ReadonlyArray<ReadonlyArray<unknown>>) => rows.toSorted((a, b) => Number(a[0]) - Number(b[0]))
    expect(sorted(sendCodes.map(({ action, code }) => [code, action]))).toEqual(sorted(expected))
  })

  it("every code says what it means, and what can be tried again says when", () => {
    for (const { action, code, meaning, wait } of sendCodes) {
      expect(meaning, `${code}`).not.toBe("")
      expect(Duration.toMillis(wait) > 0, `${code}`).toBe(["later", "retry", "refetch", "repeat"].includes(action))
    }
  })

  it("a code that is not in the table says nothing", () => {
    expect(sendCode(1)).toBeUndefined()
    expect(sendCode(undefined)).toBeUndefined()
  })
})
