import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, unlinkSync } from "node:fs"
import * as Net from "node:net"
import { dirname, join } from "node:path"

/** No control socket can be where it was to be. */
export class NoPlace extends Data.TaggedError("NoPlace")<{ readonly folder: string; readonly cause: string }> {
  override get message(): string {
    return `no control socket can be in ${this.folder}: ${this.cause}`
  }
}

/** Bytes of a path that the address of a socket holds, with the zero at its end, where it holds the fewest (macOS). */
const longest = 104

/** What is asked of one that has an address already: who listens there answers at once, however busy it is. */
const answersWithin = 2_000

export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error)

/** Whether somebody listens at an address. */
export const isLive = (address: string): Effect.Effect<boolean> =>
  Effect.async((resume) => {
    const line = Net.connect({ path: address, timeout: answersWithin })
    const end = (live: boolean) => {
      line.destroy()
      resume(Effect.succeed(live))
    }
    line.once("connect", () => end(true)).once("error", () => end(false))
    // a queue of callers that is full is somebody's too
    line.once("timeout", () => end(true))
    return Effect.sync(() => line.destroy())
  })

/** Makes what is missing of a folder's path. Node's own way spins for ever where nothing can be made, as in /proc. */
const ensure = (folder: string): void => {
  if (existsSync(folder)) return
  ensure(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // another process may have been quicker
    if (codeOf(error) !== "EEXIST") throw error
  }
}

/** Why a folder is not this user's own, if it is not. */
const foreign = (folder: string): string | undefined => {
  const found = lstatSync(folder)
  if (!found.isDirectory()) return "it is no folder"
  return found.uid === process.getuid?.() ? undefined : "it is another user's"
}

/** Sees to it that a folder is there, this user's own, and open to nobody else. */
const secure = (folder: string): Effect.Effect<void, NoPlace> =>
  Effect.try({
    try: () => {
      ensure(folder)
      const why = foreign(folder)
      if (why === undefined) chmodSync(folder, 0o700)
      return why
    },
    catch: (error) => new NoPlace({ folder, cause: codeOf(error) })
  }).pipe(Effect.flatMap((cause) => (cause === undefined ? Effect.void : Effect.fail(new NoPlace({ folder, cause })))))

const remove = (path: string): Effect.Effect<void> => Effect.ignore(Effect.try(() => unlinkSync(path)))

/** A socket that is as new as this may be about to be listened at. */
const newborn = 10_000

/** The addresses that processes of this user have left or have in a folder. */
const sockets = (folder: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.try(() => readdirSync(folder).filter((name) => name.endsWith(".sock"))).pipe(
    Effect.map((names) => names.map((name) => join(folder, name))),
    Effect.orElseSucceed(() => [])
  )

/** Removes what processes have left behind that could not do so themselves. */
const tidy = (folder: string): Effect.Effect<void> =>
  Effect.flatMap(sockets(folder), (all) =>
    Effect.forEach(
      all,
      (path) =>
        Effect.gen(function* () {
          const changed = yield* Effect.try(() => lstatSync(path).mtimeMs)
          if (changed < Date.now() - newborn && !(yield* isLive(path))) yield* remove(path)
        }).pipe(Effect.ignore),
      { discard: true }
    )
  )

/** Processes in containers of their own may have one number and one folder; more than these have not. */
const most = 9

/** An address in a folder at which nobody listens, named for this process; what is left there of a dead one is removed. */
const inFolder = (folder: string): Effect.Effect<string, NoPlace> =>
  Effect.gen(function* () {
    yield* secure(folder)
    yield* tidy(folder)
    for (let nth = 1; nth <= most; nth++) {
      const path = join(folder, `${process.pid}${nth === 1 ? "" : `-${nth}`}.sock`)
      if (Buffer.byteLength(path) >= longest) return yield* new NoPlace({ folder, cause: "its name is too long" })
      if (yield* isLive(path)) continue
      yield* remove(path)
      return path
    }
    return yield* new NoPlace({ folder, cause: "others have taken every name in it" })
  })

const pipes = "\\\\.\\pipe\\"
const pipe = /^holdfast-\d+$/

/** On Windows there are no folders for sockets: all are in one. */
const isWindows = process.platform === "win32"

/** An address for this process in `folder`. */
export const free = (folder: string): Effect.Effect<string, NoPlace> =>
  isWindows ? Effect.succeed(`${pipes}holdfast-${process.pid}`) : inFolder(folder)

/** Whether nobody but this user can have put anything there: what another listens at there is not to be told anything. */
const isTrusted = (folder: string): boolean => foreign(folder) === undefined && (lstatSync(folder).mode & 0o077) === 0

/** The addresses in `folder`, if it is this user's alone, at which somebody listens. */
export const live = (folder: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.flatMap(
    isWindows
      ? Effect.orElseSucceed(
          Effect.try(() => readdirSync(pipes).flatMap((name) => (pipe.test(name) ? [`${pipes}${name}`] : []))),
          () => []
        )
      : Effect.flatMap(
          Effect.orElseSucceed(
            Effect.try(() => isTrusted(folder)),
            () => false
          ),
          (trusted) => (trusted ? sockets(folder) : Effect.succeed([]))
        ),
    Effect.filter(isLive, { concurrency: "unbounded" })
  )
