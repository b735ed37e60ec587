import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { missing, server } from "../delivery/SqlStore/Postgres.ts"
import { database } from "./Database.ts"
import { faults, lines } from "./Report.ts"

// a server that is not ours is not ours to stop
const why = missing ?? (process.env["TEST_POSTGRES_URL"] === undefined ? undefined : "TEST_POSTGRES_URL is set")

it.live.skipIf(why !== undefined)(
  `a PostgreSQL that is stopped holds the accounts, says so, and loses nothing, even of a program that is killed meanwhile (F76, F78, F80)${why === undefined ? "" : ` (skipped: ${why})`}`,
  () =>
    Effect.acquireUseRelease(
      Effect.promise(server),
      (server) => database(2, server, { seed: 6 }),
      ({ remove }) => Effect.promise(remove)
    ).pipe(
      Effect.map((report) => {
        process.stdout.write(`${lines(report).join("\n")}\n`)
        expect(faults(report)).toEqual([])
      })
    ),
  120_000
)
