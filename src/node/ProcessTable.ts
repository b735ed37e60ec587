import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Host, type Process, ProcessTable, sameHost } from "../delivery/ProcessTable.ts"

/** What can be read, where there is such a thing. */
const tried = (read: () => string): string | undefined => {
  try {
    return read().trim()
  } catch {
    return undefined
  }
}

/** State and start of a process, fields 3 and 22 of /proc/<pid>/stat (proc(5)); its name, before them, may hold anything. */
const stat = (pid: number): { readonly state: string; readonly started: string } | undefined => {
  const text = tried(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ")
  const [state, started] = [fields?.[0], fields?.[19]]
  return state === undefined || started === undefined ? undefined : { state, started }
}

/** What has ended, and is in the table only until its parent has asked for it (proc(5)). */
const ended = new Set(["Z", "X", "x"])

/** Whether a process has this number, by asking whether it could be sent a signal (kill(2)). */
const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // it exists and is another user's
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

const here = (): Host => {
  const boot = tried(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))
  const namespace = tried(() => readlinkSync("/proc/self/ns/pid"))
  return {
    name: hostname(),
    ...(boot === undefined ? undefined : { boot }),
    ...(namespace === undefined ? undefined : { namespace })
  }
}

const self = (): Process => {
  const started = stat(process.pid)?.started
  return { host: here(), pid: process.pid, ...(started === undefined ? undefined : { started }) }
}

const isGone = ({ pid, started }: Process): boolean => {
  if (!exists(pid)) return true
  const found = stat(pid)
  return found !== undefined && (ended.has(found.state) || (started !== undefined && found.started !== started))
}

/**
 * The processes of this machine: by their number and, where /proc says it, by when they began, so that one that has a number
 * again is not taken for the one that had it.
 */
export const layer: Layer.Layer<ProcessTable> = Layer.sync(ProcessTable, () => {
  const us = self()
  return {
    self: us,
    isGone: (process) => Effect.sync(() => sameHost(process.host, us.host) && isGone(process))
  }
})
