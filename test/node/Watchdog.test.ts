import { buildSync } from "esbuild"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Worker } from "node:worker_threads"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as Watchdog from "../../src/node/Watchdog.ts"

const folder = mkdtempSync(join(tmpdir(), "holdfast-"))
const program = join(folder, "watched.mjs")
const children: Array<ChildProcess> = []

beforeAll(() => {
  const require =
    "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);"
  // as the program itself is built
  buildSync({
    entryPoints: [join(import.meta.dirname, "Watchdog/watched.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    minifySyntax: true,
    banner: { js: require }
  })
})

afterAll(() => {
  for (const child of children) child.kill("SIGKILL")
  rmSync(folder, { recursive: true, force: true })
})

/** A gateway whose handler does this, under a watchdog; `read` is whether anybody reads its standard error. */
const watched = (fate: string, bound = 1000, read = true) => {
  const child = spawn(process.execPath, [program, fate, String(bound)], { stdio: ["ignore", "pipe", "pipe"] })
  children.push(child)
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()))
  if (read) child.stderr.on("data", (data: Buffer) => (stderr += data.toString()))
  const running = new Promise<void>((resolve) => child.stdout.once("data", () => resolve()))
  const ended = new Promise<number | string | null>((resolve) =>
    child.once("exit", (code, signal) => setTimeout(() => resolve(code ?? signal), 50))
  )
  return { child, running, ended, stdout: () => stdout, stderr: () => stderr }
}

describe.concurrent("a watchdog", () => {
  it("ends a process whose event loop is blocked with 75, and says since when, where, and how its accounts were (F67)", async () => {
    const { ended, stderr, stdout } = watched("spin")
    expect(await ended).toBe(75)
    expect(stdout()).not.toContain("alive")
    expect(stderr()).toMatch(
      /holdfast: the event loop has been blocked for \d+\.\d s, since 20\S+Z: the process ends with 75/
    )
    expect(stderr()).toMatch(/the watchdog itself was late by \S+ s at most; .*the main thread /)
    expect(stderr()).toMatch(/holdfast: fake:main has been Connected since 20\S+Z; its last sign of life was at 20\S+Z/)
    expect(stderr()).toMatch(/it was in spin \(.*watched\.mjs:\d+\), called by /)
    expect(stderr()).not.toContain("debugger")
  })

  it("ends it within its bound though nobody takes its last words (F103)", async () => {
    const { child, ended } = watched("mute", 1000, false)
    child.stderr.pause()
    expect(await ended).toBe(75)
  })

  it("ends it by a signal where it is blocked outside of JavaScript", async () => {
    const { ended, stderr } = watched("call")
    expect(await ended).toBe("SIGKILL")
    expect(stderr()).toMatch(/the event loop has been blocked .*\n.*\nholdfast: fake:main has been Connected/)
  })

  it("ends a process in which nothing happens that is due, though the loop turns (F66)", async () => {
    const { ended, stderr } = watched("stuck")
    expect(await ended).toBe(75)
    expect(stderr()).toMatch(/nothing that was due has happened to any account for \d\.\d s, since 20\S+Z/)
  })

  it("leaves one alone that is busy and moves, and was stopped for longer than its bound (F68)", async () => {
    const { child, ended, running, stderr, stdout } = watched("busy", 1500)
    await running
    child.kill("SIGSTOP")
    await new Promise((resolve) => setTimeout(resolve, 3000))
    child.kill("SIGCONT")
    expect(await ended).toBe(0)
    expect(stdout()).toContain("alive, and content")
    expect(stderr()).not.toContain("holdfast:")
  })

  it.scopedLive("whose own thread dies is there again, and watches no longer than its scope (F13)", () =>
    Effect.gen(function* () {
      const workers: Array<Worker> = []
      const seen = (worker: Worker) => workers.push(worker)
      process.on("worker", seen)
      yield* Effect.addFinalizer(() => Effect.sync(() => process.off("worker", seen)))
      const look = Effect.succeed({ stuck: false, lines: [] })
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* Watchdog.watch({ bound: Duration.minutes(1), look })
          const there = (many: number) =>
            Effect.repeat(Effect.sleep("20 millis"), { until: () => workers.length === many })
          yield* there(1)
          yield* Effect.promise(() => workers[0]?.terminate() ?? Promise.reject())
          yield* there(2)
          yield* Effect.sleep("100 millis")
        })
      )
      yield* Effect.sleep("1500 millis")
      expect(workers).toHaveLength(2)
      // a thread that is gone has no number
      expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1])
    })
  )
})
