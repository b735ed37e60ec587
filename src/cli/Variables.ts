import * as Config from "effect/Config"
import type * as Connection from "../adapter/Connection.ts"
import * as RetryPolicy from "../adapter/RetryPolicy.ts"
import * as Setting from "../adapter/Setting.ts"
import * as GatewayConfig from "../gateway/GatewayConfig.ts"
import * as Health from "../gateway/Health.ts"
import * as OperatorServer from "../node/OperatorServer.ts"
import * as Proxies from "../node/Proxies.ts"
import * as Webhooks from "../node/Webhooks.ts"
import * as Folders from "./Control/Folders.ts"
import * as Guard from "./Guard.ts"
import * as Handlers from "./Handlers.ts"
import * as Limits from "./Handlers/Limits.ts"
import * as Logging from "./Logging.ts"
import { platforms } from "./Platforms.ts"
import * as StoreUrl from "./StoreUrl.ts"
import * as Telemetry from "./Telemetry.ts"

type Variable = Setting.Variable & { readonly perAccount?: boolean }

const waits = 10

/** How the listen loops of all platforms bear the loss of their lines. */
export const listen: Config.Config<Connection.ListenOptions> = Config.all({
  retry: Config.nested(RetryPolicy.config(RetryPolicy.listening), "LISTEN"),
  waits: Config.nested(Setting.count("WAITS"), "LISTEN").pipe(Config.withDefault(waits)),
  stableAfter: Setting.span("STABLE_AFTER").pipe(Config.withDefault(GatewayConfig.defaults.stableAfter))
}).pipe(Config.nested("HOLDFAST"))

/** Every variable that the program reads. */
export const variables: ReadonlyArray<Variable> = [
  ...platforms.flatMap(({ variables }) => variables),
  ...RetryPolicy.variables("HOLDFAST_LISTEN", "before the next try to connect", RetryPolicy.listening),
  {
    name: "HOLDFAST_LISTEN_WAITS",
    description: "how many pauses that a platform asks for are obeyed in a row",
    default: String(waits)
  },
  ...Handlers.variables,
  ...Limits.variables,
  ...GatewayConfig.variables,
  ...Guard.variables,
  ...StoreUrl.variables,
  ...Folders.variables,
  ...OperatorServer.variables,
  ...Health.variables,
  ...Webhooks.variables,
  ...Logging.variables,
  ...Telemetry.variables,
  ...Proxies.variables
]

/** Names under these are ours, so that an unknown one is probably a typo. */
const prefixes = ["HOLDFAST_", ...platforms.map(({ prefix }) => prefix)]

/** A variable for every account has a name of its own for each that `QQ_ACCOUNTS` and the like name. */
const owned = (values: ReadonlyMap<string, string>): ReadonlyArray<readonly [string, Variable]> =>
  platforms.flatMap(({ prefix, variables }) => {
    const accounts = (values.get(`${prefix}ACCOUNTS`) ?? "").split(",").flatMap((name) => name.trim() || [])
    return accounts.flatMap((account) =>
      variables
        .filter(({ perAccount }) => perAccount)
        .map((variable) => [variable.name.replace(prefix, `${prefix}${account.toUpperCase()}_`), variable] as const)
    )
  })

/** The variables that mean something under these values, by name. */
export const understood = (values: ReadonlyMap<string, string>): ReadonlyMap<string, Variable> =>
  new Map([
    ...[...variables, ...Handlers.owned(values)].map((variable) => [variable.name, variable] as const),
    ...owned(values)
  ])

/** How many letters must be put in, left out or exchanged. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1]
    for (const [column, other] of [...to].entries()) {
      const kept = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(kept, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

const fileSuffix = "_FILE"

/** A name that breaks off where a word of it does is nearer than its missing letters say. */
const brokenOff = 3

const away = (name: string, candidate: string): number =>
  candidate.startsWith(`${name}_`) ? Math.min(brokenOff, distance(name, candidate)) : distance(name, candidate)

/** One sentence for each name that looks like ours and is not. */
export const typos = (values: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const names = understood(values)
  const all = [...names.keys()].flatMap((name) => [name, `${name}${fileSuffix}`])
  return [...values.keys()]
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !names.has(name) && !(name.endsWith(fileSuffix) && names.has(name.slice(0, -fileSuffix.length))))
    .map((name) => {
      const [nearest] = all
        .map((candidate) => ({ candidate, away: away(name, candidate) }))
        .sort((one, other) => one.away - other.away)
      const guess =
        nearest !== undefined && nearest.away <= name.length / 3 ? `: did you mean ${nearest.candidate}?` : ""
      return `nothing reads ${name}${guess}`
    })
}

/** The known variables whose value is to be found in a file, by the name that says where. */
export const inFiles = (
  values: ReadonlyMap<string, string>
): ReadonlyArray<{ readonly name: string; readonly file: string }> =>
  [...understood(values).keys()].flatMap((name) => {
    const file = values.get(`${name}${fileSuffix}`)
    return file === undefined ? [] : [{ name, file }]
  })
