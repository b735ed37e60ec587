import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Process, ProcessTable } from "../../src/delivery/ProcessTable.ts"
import * as NodeProcessTable from "../../src/node/ProcessTable.ts"

const table = Effect.provide(ProcessTable, NodeProcessTable.layer)

/** A process that does nothing, and may stay in the table after its end, because nobody asks for it. */
const child = (command: string) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn("/bin/sh", ["-c", command], { stdio: ["pipe", "pipe", "ignore"] })),
    (started) => Effect.sync(() => started.kill("SIGKILL"))
  )

const killed = (started: ChildProcess) =>
  Effect.promise(async () => {
    const ended = once(started, "exit")
    started.kill("SIGKILL")
    await ended
  })

const withProc = existsSync("/proc/self/stat")

describe("the processes of this machine", () => {
  it.effect("have this one among them, by the same name each time (F56)", () =>
    Effect.gen(function* () {
      const [{ isGone, self }, again] = [yield* table, yield* table]
      expect(self.pid).toBe(process.pid)
      expect(again.self).toEqual(self)
      expect(yield* isGone(self)).toBe(false)
    })
  )

  it.scoped("lose the one that is killed (F59)", () =>
    Effect.gen(function* () {
      const { isGone, self } = yield* table
      const started = yield* child("sleep 60")
      const other: Process = { host: self.host, pid: started.pid ?? 0 }
      expect(yield* isGone(other)).toBe(false)
      yield* killed(started)
      expect(yield* isGone(other)).toBe(true)
    })
  )

  it.effect.skipIf(!withProc)("do not have the one whose number another has got since (F55)", () =>
    Effect.gen(function* () {
      const { isGone, self } = yield* table
      expect(yield* isGone({ ...self, started: "1" })).toBe(true)
    })
  )

  it.effect(
    "are not judged where they are another host's: after a restart, in another container, elsewhere (F55)",
    () =>
      Effect.gen(function* () {
        const { isGone, self } = yield* table
        const none = 2 ** 22 + 1
        const { host } = self
        expect(yield* isGone({ host, pid: none })).toBe(true)
        for (const other of [
          { ...host, name: "elsewhere" },
          { ...host, boot: "before" },
          { ...host, namespace: "pid:[1]" }
        ])
          expect(yield* isGone({ host: other, pid: none })).toBe(false)
      })
  )

  it.scoped.skipIf(!withProc)("do not have the one that ended and that its parent has not asked for (F59)", () =>
    Effect.gen(function* () {
      const { isGone, self } = yield* table
      // the shell is replaced by what never waits for the child that it had
      const parent = yield* child("sleep 0.01 & echo $!; exec sleep 60")
      const pid = yield* Effect.promise(async () => {
        const [line]: ReadonlyArray<unknown> = await once(parent.stdout ?? parent, "data")
        return Number(String(line))
      })
      const state = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0]
      yield* Effect.promise(async () => {
        while (state() !== "Z") await new Promise((resume) => setTimeout(resume, 10))
      })
      expect(yield* isGone({ host: self.host, pid })).toBe(true)
    })
  )
})
