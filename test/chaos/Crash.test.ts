import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { crash, poison } from "./Crash.ts"
import { faults, lines } from "./Report.ts"
import { memory } from "./Store.ts"

/** Any seed will do; one that was found to fail is worth keeping. */
const seed = 17

it.live(
  "a program that is killed ten times as it starts, works and stops answers every message and button once and in order, and says which answers are uncertain (F59, F73, F75, F76, F78, F79, F80, F81, F98)",
  () =>
    Effect.map(crash(10, { seed }), (report) => {
      process.stdout.write(`${lines(report).join("\n")}\n`)
      expect(faults(report)).toEqual([])
    }),
  { timeout: 120_000, concurrent: true }
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

it.live(
  "a message that the program dies of five times is put aside, and the next ones are answered (F86)",
  () =>
    Effect.map(poison({ seed }), (report) => {
      process.stdout.write(`${lines(report).join("\n")}\n`)
      expect(faults(report)).toEqual([])
    }),
  { timeout: 90_000, concurrent: true }
)
