// Tells the stories of this folder at length, and prints what each came to: `npm run chaos`, or with kills and a seed.
import { Effect } from "effect"
import { crash } from "./Crash.ts"
import { faults, lines, type Report } from "./Report.ts"

const [kills = 100, seed = Date.now() % 100_000] = process.argv.slice(2).map(Number)

const stories: Readonly<Record<string, Effect.Effect<Report>>> = {
  crash: crash(kills, { seed, on: ["qq"] })
}

for (const story of Object.values(stories)) {
  const report = await Effect.runPromise(story)
  const found = faults(report)
  for (const line of [...lines(report), ...found]) process.stdout.write(`${line}\n`)
  if (found.length > 0) process.exitCode = 1
}
