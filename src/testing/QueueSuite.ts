import { describe } from "@effect/vitest"
import { along } from "./QueueSuite/Along.ts"
import { beginnings } from "./QueueSuite/Beginning.ts"
import { deadlines } from "./QueueSuite/Deadlines.ts"
import { fairness } from "./QueueSuite/Fairness.ts"
import { fates } from "./QueueSuite/Fates.ts"
import type { Make } from "./QueueSuite/Fixture.ts"
import { keeping } from "./QueueSuite/Keeping.ts"
import { order } from "./QueueSuite/Order.ts"
import { outcomes } from "./QueueSuite/Outcomes.ts"
import { settling } from "./QueueSuite/Settling.ts"

export { type Make, nothingLeft, type Queues } from "./QueueSuite/Fixture.ts"

/**
 * The promises that every store behind `KeyedQueue` keeps, as tests on the turned clock. `make` gives two empty queues in
 * its scope, the first feeding the second; it is asked once per test. `remembers`: how many settled ids the store tells
 * apart before it forgets the oldest; leave it out for a store that remembers by time. `chain`: how many items of one key
 * are worked on one by one, fewer where each of them takes a commit over a network. `outlives`: the store is there after
 * its process.
 */
export const suite = <E>(
  name: string,
  make: Make<E>,
  { chain = 100_000, outlives = true, remembers = Number.POSITIVE_INFINITY } = {}
): void => {
  describe(name, () => {
    describe("order", () => order(make, chain))
    describe("keeping", () => keeping(make, remembers))
    describe("outcomes", () => outcomes(make))
    describe("settling", () => settling(make))
    describe("along", () => along(make, outlives))
    describe("beginnings", () => beginnings(make, outlives))
    describe("fates", () => fates(make, outlives))
    describe("deadlines", () => deadlines(make))
    describe("fairness", () => fairness(make))
  })
}
