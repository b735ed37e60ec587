import { execFileSync } from "node:child_process"
import { closeSync, openSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import type { Report } from "./Report.ts"
import * as Stage from "./Stage.ts"
import * as Store from "./Store.ts"

/** Why there can be no small disk here; undefined where there can. */
export const missing: string | undefined = (() => {
  if (process.platform !== "linux") return "only Linux mounts a small disk in memory"
  return process.getuid?.() === 0 ? undefined : "only root mounts a small disk in memory"
})()

const mib = 2 ** 20

/** A disk of a few megabytes, which is there as long as the scope. */
const disk = (size: number): Effect.Effect<string, never, Scope.Scope> =>
  Effect.flatMap(Stage.folder, (folder) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder])
        return folder
      }),
      () => Effect.sync(() => execFileSync("umount", ["--lazy", folder]))
    )
  )

/** Writes until nothing more goes on the disk. */
const fill = (folder: string): Effect.Effect<void> =>
  Effect.sync(() => {
    const file = openSync(join(folder, "ballast"), "a")
    for (let piece = Buffer.alloc(mib); piece.length > 0;) {
      try {
        if (writeSync(file, piece) < piece.length) piece = Buffer.alloc(piece.length >> 1)
      } catch {
        piece = Buffer.alloc(piece.length >> 1)
      }
    }
    closeSync(file)
  })

const makeRoom = (folder: string): Effect.Effect<void> => Effect.sync(() => rmSync(join(folder, "ballast")))

const [holds, goesOn, waits] = [
  "hears nothing until our store takes what it has",
  "our store takes what it hears again",
  "is full: make room"
] as const

/** Fills the disk under the store while people talk, again and again, and makes room again; the last time it is also killed meanwhile. */
export const fullDisk = (fillings: number, options: Stage.StageOptions): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const folder = yield* disk(8 * mib)
    const stage = yield* Stage.make({ ...options, store: Store.sqlite(folder) })
    const life = yield* stage.start
    yield* life.listening
    yield* stage.say(20)

    const full = stage.whileTalking(Effect.zipRight(life.saysAfter(fill(folder), holds), Effect.sleep("300 millis")))
    const one = Effect.zipRight(full, life.saysAfter(makeRoom(folder), goesOn))
    yield* Effect.repeatN(one, fillings - 1)

    yield* full
    yield* life.kill
    const next = yield* stage.start
    yield* next.saysAfter(Effect.void, waits)
    yield* makeRoom(folder)
    yield* next.listening
    yield* stage.say(20)
    yield* stage.settled
    return yield* stage.end(next, {
      story: "the disk full",
      happened: { fillings: fillings + 1, "kills on a full disk": 1 },
      breaks: fillings + 1
    })
  }).pipe(Effect.scoped)
