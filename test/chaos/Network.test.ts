import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { away, network, restart } from "./Network.ts"
import { faults, lines } from "./Report.ts"

it.live(
  "a network that is cut in every way answers everything once and in order, but for what is known to be uncertain (F75, F78, F80, F81)",
  () =>
    Effect.map(network(6, { seed: 3 }), (report) => {
      process.stdout.write(`${lines(report).join("\n")}\n`)
      expect(faults(report)).toEqual([])
    }),
  { timeout: 90_000, concurrent: true }
)

it.live(
  "platforms that are restarted and forget all sessions see no answer twice, whether or not they have told that they took it (F75, F81, F96)",
  () =>
    Effect.map(restart(1, { seed: 4 }), (report) => {
      process.stdout.write(`${lines(report).join("\n")}\n`)
      expect(faults(report)).toEqual([])
      expect(report.verdicts[0]?.repeats).toBeGreaterThan(0)
    }),
  { timeout: 90_000, concurrent: true }
)

it.live(
  "a program that is started again and again while its platforms are away spends no attempt of what it has to say (F61, F95)",
  () =>
    Effect.map(away(6, { seed: 7 }), (report) => {
      process.stdout.write(`${lines(report).join("\n")}\n`)
      expect(faults(report)).toEqual([])
      expect(report.content.uncertain).toEqual([])
    }),
  { timeout: 90_000, concurrent: true }
)
