import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { fullDisk, missing } from "./Disk.ts"
import { faults, lines } from "./Report.ts"

it.live.skipIf(missing !== undefined)(
  `a full disk holds the accounts, says so, and loses nothing, even of a program that is killed meanwhile (F76, F78, F80)${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () =>
    Effect.map(fullDisk(1, { seed: 5 }), (report) => {
      process.stdout.write(`${lines(report).join("\n")}\n`)
      expect(faults(report)).toEqual([])
    }),
  90_000
)
