import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Deferred, Effect, type Scope } from "effect"

const bin = fileURLToPath(new URL("../../dist/bin/holdfast.js", import.meta.url))

/** The built program, running. */
export interface Life {
  /** Ends it as a power cut does, and waits until it is gone. */
  readonly kill: Effect.Effect<void>
  /** Asks it to stop. */
  readonly ask: Effect.Effect<void>
  /** Asks it to stop, and waits until it has; the answer is its exit code, or the signal's name. */
  readonly stop: Effect.Effect<number | string | null>
  /** Waits for an end that nobody asked for. */
  readonly ended: Effect.Effect<number | string | null>
  /** what it has logged so far */
  readonly log: () => string
}

/** Starts the program; it is gone when the scope is. */
export const start = (folder: string, env: Readonly<Record<string, string>>): Effect.Effect<Life, never, Scope.Scope> =>
  Effect.gen(function* () {
    const ended = yield* Deferred.make<number | string | null>()
    let log = ""
    const { PATH = "" } = process.env
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [bin, "run"], {
          cwd: folder,
          env: { PATH, HOME: folder, ...env },
          stdio: ["ignore", "pipe", "pipe"]
        })
      ),
      (child) =>
        Effect.zipRight(
          Effect.sync(() => child.kill("SIGKILL")),
          Deferred.await(ended)
        )
    )
    const note = (piece: Buffer) => void (log += String(piece))
    child.stdout.on("data", note)
    child.stderr.on("data", note)
    child.once("close", (code, signal) => Deferred.unsafeDone(ended, Effect.succeed(code ?? signal)))
    const signal = (name: "SIGKILL" | "SIGTERM") => Effect.sync(() => void child.kill(name))
    return {
      kill: Effect.asVoid(Effect.zipRight(signal("SIGKILL"), Deferred.await(ended))),
      ask: signal("SIGTERM"),
      stop: Effect.zipRight(signal("SIGTERM"), Deferred.await(ended)),
      ended: Deferred.await(ended),
      log: () => log
    }
  })
