import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Effect, Fiber } from "effect"

/** Frees all that nobody holds any more. */
export const collectGarbage: () => void = (setFlagsFromString("--expose-gc"), runInNewContext("gc"))

export interface Left {
  readonly fibers: number
  readonly timers: number
  readonly sockets: number
  /** KiB */
  readonly heap: number
}

/** What there is once everything that was let go has had its time to end. */
export const left: Effect.Effect<Left> = Effect.gen(function* () {
  yield* Effect.sleep("2 seconds")
  collectGarbage()
  collectGarbage()
  const resources = process.getActiveResourcesInfo()
  return {
    fibers: (yield* Fiber.roots).length,
    timers: resources.filter((resource) => resource === "Timeout").length,
    sockets: resources.filter((resource) => resource === "TCPSocketWrap").length,
    heap: process.memoryUsage().heapUsed / 1024
  }
})
