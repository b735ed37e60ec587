import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { execFile } from "node:child_process"
import type * as Setting from "../adapter/Setting.ts"

/** Where the service manager listens that started this process, and how often it wants a sign of life. */
export interface Settings {
  readonly socket: string
  /** undefined where it does not watch */
  readonly watchdog: Duration.Duration | undefined
}

/** What is told, by the names that sd_notify(3) has for it. */
export interface News {
  readonly READY?: 1
  readonly RELOADING?: 1
  readonly STOPPING?: 1
  readonly WATCHDOG?: 1
  readonly STATUS?: string
}

/** systemd, or what speaks its protocol. */
export interface Systemd {
  readonly watchdog: Duration.Duration | undefined
  /** Tells it; where that fails the log says so, once, and everything goes on. */
  readonly tell: (news: News) => Effect.Effect<void>
}

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  { name: "NOTIFY_SOCKET", description: "where systemd is told how the program is, which sets it" },
  { name: "WATCHDOG_USEC", description: "within how many microseconds systemd wants a sign of life; it sets it" },
  { name: "WATCHDOG_PID", description: "of which process; it sets it" }
]

/** Whether a service manager waits to be told anything; undefined where none does. */
export const config: Config.Config<Settings | undefined> = Config.all({
  socket: Config.option(Config.nonEmptyString("NOTIFY_SOCKET")),
  micros: Config.option(Config.integer("WATCHDOG_USEC")),
  pid: Config.option(Config.integer("WATCHDOG_PID"))
}).pipe(
  Config.map(({ micros, pid, socket }) => {
    if (socket._tag === "None") return undefined
    const ours = Option.getOrElse(pid, () => process.pid) === process.pid
    const watchdog = Option.map(micros, (micros) => Duration.millis(micros / 1000))
    return { socket: socket.value, watchdog: ours ? Option.getOrUndefined(watchdog) : undefined }
  })
)

const program = "systemd-notify"

/** Longer than it ever takes, and shorter than a watchdog's usual patience. */
const within = Duration.seconds(5)

/** For a service manager that wants to know when a reload began, by the clock that it shares with us. */
const began = (): ReadonlyArray<string> => [`MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`]

/**
 * Speaks through the program `systemd-notify`, which is wherever systemd is: the protocol's datagrams go to a socket of a kind that
 * Node has not got. It speaks as a child of ours, so that a unit needs `NotifyAccess=all`.
 */
export const make = ({ socket, watchdog }: Settings): Systemd => {
  let said = false

  const send = (lines: ReadonlyArray<string>): Effect.Effect<string | undefined> =>
    Effect.async((resume) => {
      const { PATH = "" } = process.env
      const options = {
        env: { PATH, NOTIFY_SOCKET: socket },
        timeout: Duration.toMillis(within),
        killSignal: "SIGKILL"
      } as const
      const child = execFile(program, lines, options, (error, _, stderr) => {
        if (error === null) return resume(Effect.succeed(undefined))
        const why = error.killed === true ? "it takes too long" : stderr.trim() || String(error.code ?? error.message)
        resume(Effect.succeed(why))
      })
      return Effect.sync(() => void child.kill("SIGKILL"))
    })

  return {
    watchdog,
    tell: (news) =>
      Effect.gen(function* () {
        const lines = Object.entries(news).map(([name, value]) => `${name}=${String(value).replaceAll("\n", " ")}`)
        const why = yield* send(news.RELOADING === undefined ? lines : [...lines, ...began()])
        if (why !== undefined && !said)
          yield* Effect.logWarning(`systemd cannot be told how this process is (${program}: ${why})`)
        said = why !== undefined
      })
  }
}
