import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { accessSync, constants, statSync } from "node:fs"
import { delimiter, join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { type Command, type End, NotStarted, Programs, type Running } from "../handler/Programs.ts"

/** How long a program may take to end once it is asked to. */
const grace = Duration.seconds(1)

/** What a program sees of our own environment: where things are, and how people here write. None of it is a secret. */
const passed = /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TERM|TMPDIR|TEMP|TMP|SystemRoot|PATHEXT)$/

/** What our environment has that every program may see. */
const surroundings = (): Record<string, string | undefined> => ({
  // a bash that is the first of its line takes our end of its input for the network, and runs the user's .bashrc (bash(1), rshd)
  SHLVL: "1",
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passed.test(name)))
})

/** Why a program does not start, by the code of the system (errno(3)). */
const causes: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: (file) => `there is no program ${file}, or no interpreter of the kind that its first line names`,
  ENOTDIR: (file) => `there is no program ${file}`,
  EISDIR: (file) => `${file} is a folder, and no program`,
  EACCES: (file) => `${file} may not be run: make it executable (chmod +x)`,
  EPERM: (file) => `${file} may not be run by this user`,
  ENOEXEC: (file) => `${file} is no program for this machine; a script says in its first line what runs it`,
  E2BIG: (file) => `${file} is given more arguments and environment than the system takes`,
  EAGAIN: () => "this user may have no more processes",
  EMFILE: () => "this process may have no more files open",
  ENFILE: () => "the system has no room for more open files",
  ENOMEM: () => "the system has no memory left for another process"
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error)

const notStarted = (file: string, code: string): NotStarted =>
  new NotStarted({ cause: causes[code]?.(file) ?? `${file} cannot be started: ${code}` })

/** Whether this file can be run, by the code that says why not. */
const runnable = (path: string): string | undefined => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile() ? undefined : "EISDIR"
  } catch (error) {
    return codeOf(error)
  }
}

/** Why a program could not be started if it was to be now; undefined where nothing is in the way of it. */
export const inTheWay = ({ file }: Pick<Command, "file">): NotStarted | undefined => {
  const { PATH = "" } = process.env
  const places = /[\\/]/.test(file) ? [file] : PATH.split(delimiter).map((folder) => join(folder, file))
  const codes = places.map(runnable)
  if (codes.includes(undefined)) return undefined
  return notStarted(
    file,
    codes.find((code) => code === "EACCES") ?? codes.find((code) => code === "EISDIR") ?? "ENOENT"
  )
}

/** Tells all of a program's group, where there is still somebody in it. */
const tell = (pid: number, signal: "SIGTERM" | "SIGKILL"): void => {
  try {
    process.kill(-pid, signal)
  } catch {
    // all of them have ended
  }
}

/** The groups that are not ended yet: they end with this process, however it is that it ends itself. */
const living = new Set<number>()

type Child = ChildProcessWithoutNullStreams

/** Starts a program that is told of when it has ended, however soon that is. */
const spawned = (
  { args, file }: Command,
  environment: Readonly<Record<string, string>>,
  onEnd: (end: End) => void
): Effect.Effect<{ readonly child: Child; readonly pid: number }, NotStarted> =>
  Effect.async((resume) => {
    const failed = (error: unknown) => resume(Effect.fail(notStarted(file, codeOf(error))))
    try {
      const child = spawn(file, [...args], {
        // a group of its own can be ended as a whole, and no Ctrl-C at our terminal ends it under our hands
        detached: true,
        stdio: "pipe",
        env: { ...surroundings(), ...environment }
      })
      child.on("error", failed)
      // there are none where the process has no more files: what is wrong is told by the error
      const pipes: ReadonlyArray<Readable | Writable | null | undefined> = [child.stdin, child.stdout, child.stderr]
      for (const pipe of pipes) pipe?.on("error", () => pipe.destroy())
      child.once("exit", (code, signal) =>
        onEnd(code === null ? { _tag: "Killed", signal: signal ?? "" } : { _tag: "Exited", code })
      )
      const { pid } = child
      child.once("spawn", () => resume(pid === undefined ? Effect.never : Effect.succeed({ child, pid })))
    } catch (error) {
      failed(error)
    }
  })

/** What cannot be read any more has ended. */
const read = (readable: Readable): Stream.Stream<Uint8Array> =>
  NodeStream.fromReadable<undefined, Uint8Array>(
    () => readable,
    () => undefined
  ).pipe(Stream.catchAll(() => Stream.empty))

/** Until what was written is taken, or nothing more will be. */
const taken = ({ stdin }: Child): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (!stdin.writableNeedDrain) return resume(Effect.void)
    const done = () => {
      stdin.off("drain", done).off("close", done)
      resume(Effect.void)
    }
    stdin.once("drain", done).once("close", done)
    return Effect.sync(() => void stdin.off("drain", done).off("close", done))
  })

const write = (child: Child, bytes: Uint8Array): Effect.Effect<boolean> =>
  Effect.map(taken(child), () => {
    if (child.stdin.writable) child.stdin.write(bytes)
    return child.stdin.writable
  })

const finish = (child: Child, pid: number, end: Effect.Effect<End>): Effect.Effect<void> =>
  Effect.gen(function* () {
    tell(pid, "SIGTERM")
    yield* end.pipe(Effect.interruptible, Effect.timeoutOption(grace))
    // whoever is left, the program itself or what it started, has been asked
    tell(pid, "SIGKILL")
    living.delete(pid)
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
  })

const start = (
  command: Command,
  environment: Readonly<Record<string, string>>
): Effect.Effect<Running, NotStarted, Scope.Scope> =>
  Effect.gen(function* () {
    const ended = yield* Deferred.make<End>()
    const end = Deferred.await(ended)
    const { child, pid } = yield* spawned(command, environment, (how) =>
      Deferred.unsafeDone(ended, Effect.succeed(how))
    )
    living.add(pid)
    yield* Effect.addFinalizer(() => finish(child, pid, end))
    return {
      stdout: read(child.stdout),
      stderr: read(child.stderr),
      write: (bytes: Uint8Array) => write(child, bytes),
      close: Effect.sync(() => void child.stdin.end()),
      end
    }
  }).pipe(Effect.uninterruptible)

const endAll = (): void => {
  for (const pid of living) tell(pid, "SIGKILL")
}

/** By Node's child processes; what is still running when this process exits ends with it. */
export const layer: Layer.Layer<Programs> = Layer.scoped(
  Programs,
  Effect.acquireRelease(
    Effect.sync(() => {
      process.once("exit", endAll)
      return { start }
    }),
    () => Effect.sync(() => void process.off("exit", endAll))
  )
)
