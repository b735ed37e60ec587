import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Setting from "../adapter/Setting.ts"
import * as Entry from "./Logging/Entry.ts"

const levels = {
  trace: LogLevel.Trace,
  debug: LogLevel.Debug,
  info: LogLevel.Info,
  warning: LogLevel.Warning,
  error: LogLevel.Error,
  none: LogLevel.None
} as const

type Level = keyof typeof levels
const names: ReadonlyArray<Level> = ["trace", "debug", "info", "warning", "error", "none"]

type Format = "pretty" | "json"
const formats: ReadonlyArray<Format> = ["pretty", "json"]

export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_LOG_LEVEL",
    description: `what is written to the log: ${names.join(", ")}`,
    default: "info"
  },
  {
    name: "HOLDFAST_LOG_FORMAT",
    description: "pretty (one line for a person) or json (one object a line)",
    default: "pretty on a terminal, json otherwise"
  }
]

export const config = (fallback: { readonly level: Level; readonly json: boolean }) =>
  Config.all({
    level: Setting.choice("LOG_LEVEL", names).pipe(Config.withDefault(fallback.level)),
    format: Setting.choice("LOG_FORMAT", formats).pipe(
      Config.withDefault<Format>(fallback.json || process.stderr.isTTY !== true ? "json" : "pretty")
    )
  }).pipe(Config.nested("HOLDFAST"))

/** Five letters, so that what follows stands in line. */
const levelled: Readonly<Record<string, string>> = { warning: "warn" }

/** The time is that of the place where it is read. */
const pretty = Logger.make<unknown, string>((options) => {
  const { account, cause, details = {}, level, message } = Entry.of(options)
  const named = Object.entries(details).map(([name, value]) => `${name}=${String(value)}`)
  return [
    options.date.toTimeString().slice(0, 8),
    (levelled[level] ?? level).padEnd(5),
    ...(account === undefined ? [] : [account]),
    message,
    ...(named.length === 0 ? [] : [`(${named.join(", ")})`]),
    ...(cause === undefined ? [] : [cause])
  ].join(" ")
})

const json = Logger.make<unknown, string>((options) => JSON.stringify(Entry.of(options)))

/** Logs to standard error, as `HOLDFAST_LOG_LEVEL` and `HOLDFAST_LOG_FORMAT` say, or else as given. */
export const layer = (fallback: {
  readonly level: Level
  readonly json: boolean
}): Layer.Layer<never, ConfigError.ConfigError> =>
  Layer.unwrapEffect(
    Effect.map(config(fallback), ({ format, level }) =>
      Layer.merge(
        Logger.replace(
          Logger.defaultLogger,
          Logger.map(format === "json" ? json : pretty, (line) => void process.stderr.write(`${line}\n`))
        ),
        Logger.minimumLogLevel(levels[level])
      )
    )
  )
