import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { crash } from "./Crash.ts"
import { faults, lines } from "./Report.ts"
import { memory } from "./Store.ts"

/** Any seed will do; one that was found to fail is worth keeping. */
const seed = 17

it.live(
  "a program that is killed ten times as it starts and as it works answers everything once, and in order (F59, F73, F75, F76, F78, F80, F81)",
  () =>
    Effect.map(crash(10, { seed, on: ["qq"] }), (report) => {
      process.stdout.write(`${lines(report).join("\n")}\n`)
      expect(faults(report)).toEqual([])
    }),
  { timeout: 90_000, concurrent: true }
)

it.live(
  "what forgets with the process is found out: answers are missing, and sessions are begun anew",
  () =>
    Effect.map(crash(2, { seed, on: ["qq"], store: memory }), (report) => {
      const found = faults(report).join("\n")
      expect(found).toContain("lost")
      expect(found).toContain("begun anew instead of resumed")
    }),
  { timeout: 90_000, concurrent: true }
)
