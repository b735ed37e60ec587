// Tells the stories of this folder at length and prints what each came to: `npm run chaos`, or `npm run chaos -- 20 17 crash network`
// for 20 kills, as drawn from seed 17, in these stories alone.
import { Effect } from "effect"
import { crash, poison } from "./Crash.ts"
import * as Postgres from "../delivery/SqlStore/Postgres.ts"
import { database } from "./Database.ts"
import * as Disk from "./Disk.ts"
import { away, network, restart } from "./Network.ts"
import { faults, lines, type Report } from "./Report.ts"
import * as Store from "./Store.ts"

const [first, second, ...wanted] = process.argv.slice(2)
const kills = Number(first ?? 100)
const seed = Number(second ?? Date.now() % 100_000)

const options = { seed }
const some = Math.ceil(kills / 10)

interface Told {
  /** why it cannot be told on this machine, if it cannot */
  readonly missing?: string | undefined
  readonly story: Effect.Effect<Report>
}

const onPostgres = (story: (server: Postgres.Server) => Effect.Effect<Report>): Told => ({
  missing: Postgres.missing,
  story: Effect.acquireUseRelease(Effect.promise(Postgres.server), story, ({ remove }) => Effect.promise(remove))
})

const stories: Readonly<Record<string, Told>> = {
  crash: { story: crash(kills, options) },
  crashOnPostgres: onPostgres(({ url }) => crash(some, { ...options, store: Store.postgres(url) })),
  poison: { story: poison(options) },
  away: { story: away(some, options) },
  network: { story: network(kills, options) },
  restart: { story: restart(some, options) },
  disk: { missing: Disk.missing, story: Disk.fullDisk(some, options) },
  database: onPostgres((server) => database(some, server, options))
}

process.stdout.write(`seed ${seed}\n`)
for (const [name, { missing, story }] of Object.entries(stories)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  if (missing !== undefined) {
    process.stdout.write(`${name}: skipped, ${missing}\n`)
    continue
  }
  const began = performance.now()
  const report = await Effect.runPromise(story)
  const found = faults(report)
  const took = `  ${Math.round((performance.now() - began) / 1000)} s`
  for (const line of [...lines(report), took, ...found]) process.stdout.write(`${line}\n`)
  if (found.length > 0) process.exitCode = 1
}
