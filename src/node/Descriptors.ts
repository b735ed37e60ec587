import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { readdir, readFile } from "node:fs/promises"
import type { Server } from "node:net"

/** How many files and sockets a process has open, and how many it may have. */
export interface Use {
  readonly open: number
  /** undefined where the system does not tell, or sets none */
  readonly limit: number | undefined
}

/** Linux has them in the first place, others in the second; one of them is the folder itself, while it is read. */
const open = Effect.firstSuccessOf(
  ["/proc/self/fd", "/dev/fd"].map((folder) => Effect.tryPromise(() => readdir(folder)))
).pipe(Effect.map((all) => all.length - 1))

const limit = Effect.tryPromise(() => readFile("/proc/self/limits", "utf8")).pipe(
  Effect.map((text) => {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(text) ?? []
    return soft === undefined ? undefined : Number(soft)
  }),
  Effect.orElseSucceed(() => undefined)
)

/** Of this process; nothing where that can not be known. */
export const use: Effect.Effect<Option.Option<Use>> = Effect.option(Effect.all({ open, limit }))

/** From this part of the limit on they are short, and below that one not any more. */
const [high, low] = [0.8, 0.7]

/** Lines that a server takes while they are short: enough for who wants to know why. */
const few = 16

/** The servers of this process, whose limit is one for all of it. */
const servers = new Map<Server, number>()
let short = false

const bound = (server: Server, lines: number): void => {
  server.maxConnections = short ? Math.min(few, lines) : lines
}

/** Has a server take so many lines at once; while descriptors are short far fewer, and more are closed as they come. */
export const bounded = (server: Server, lines: number): void => {
  servers.set(server, lines)
  server.once("close", () => servers.delete(server))
  bound(server, lines)
}

const become = (now: boolean): void => {
  short = now
  for (const [server, lines] of servers) bound(server, lines)
}

const told = ({ limit, open }: Use): string =>
  `${open} of the ${limit} files and sockets that this process may have are open: until they are fewer each server takes ${few} lines at most, so that the accounts keep theirs. Raise the limit (LimitNOFILE in systemd, ulimit -n), or find out what is open`

/** Looks how many are open every five seconds while the scope lasts, says once when they run short, and once when they do not. */
export const watch = (look: Effect.Effect<Option.Option<Use>> = use): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const once = Effect.flatMap(look, (found) => {
      const { limit, open } = Option.getOrElse(found, (): Use => ({ open: 0, limit: undefined }))
      if (limit === undefined || short === open >= limit * (short ? low : high)) return Effect.void
      become(!short)
      return short
        ? Effect.logError(told({ limit, open }))
        : Effect.logInfo(
            `${open} of the ${limit} files and sockets that this process may have are open: they are enough again`
          )
    })
    yield* Effect.addFinalizer(() => Effect.sync(() => become(false)))
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(once, Effect.sleep("5 seconds"))))
  })
