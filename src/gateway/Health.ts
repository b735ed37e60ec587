import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Setting from "../adapter/Setting.ts"
import { AccountId } from "../domain/Address.ts"
import { type AccountStatus, asOf, due, overdue } from "./Status.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** Whether a process has its accounts yet, or still. */
export const Phase = Schema.Literal("starting", "running", "stopping")
export type Phase = typeof Phase.Type

/** Whether one account does what it is there for. Times are Unix milliseconds. */
export const AccountHealth = Schema.Struct({
  account: AccountId,
  /** it is connected, and its last proof of life is young enough */
  ready: Schema.Boolean,
  /** the tag of its state */
  state: Schema.String,
  /** since when it is ready, or is not */
  since: Schema.Number,
  /** its sessions keep dying soon after they are established */
  flapping: maybe(Schema.Boolean),
  /** why it is not ready */
  why: maybe(Schema.String),
  /** when it is tried next */
  next: maybe(Schema.Number),
  /** what a person has to do first */
  remedy: maybe(Schema.String),
  /** why nobody minds that it is not ready: an operator paused it, or the configuration excepts it */
  excused: maybe(Schema.Literal("paused", "excepted"))
})
export type AccountHealth = typeof AccountHealth.Type

/** Whether all accounts of a process do what they are there for. */
export const Readiness = Schema.Struct({
  ready: Schema.Boolean,
  phase: Phase,
  /** the program's own time, by which the times of its accounts are to be read */
  at: Schema.Number,
  accounts: Schema.Array(AccountHealth)
})
export type Readiness = typeof Readiness.Type

/** An account whose supervisor has not done what was due. */
export const Stuck = Schema.Struct({ account: AccountId, state: Schema.String, due: Schema.Number })
export type Stuck = typeof Stuck.Type

/** Whether a process makes progress, whatever becomes of its accounts. */
export const Liveness = Schema.Struct({
  live: Schema.Boolean,
  phase: Phase,
  at: Schema.Number,
  /** milliseconds by which the event loop was late, at most, in the last while */
  lag: Schema.Number,
  stuck: Schema.Array(Stuck)
})
export type Liveness = typeof Liveness.Type

/** How late the event loop may be. */
export const lagAllowed = Duration.seconds(5)

/** How late a supervisor may be with what it owes; what is late by an account's doing alone is never as late (F105). */
export const lateness = Duration.seconds(30)

const excuse = (status: AccountStatus, except: ReadonlySet<string>): Pick<AccountHealth, "excused"> => {
  if (except.has(status.account)) return { excused: "excepted" }
  return status.state._tag === "Paused" ? { excused: "paused" } : {}
}

const healthOf = (given: AccountStatus, now: number, except: ReadonlySet<string>): AccountHealth => {
  const status = asOf(given, now)
  const { account, cause, downSince, flapping, state } = status
  const told = { ...(flapping ? { flapping } : undefined), ...excuse(status, except) }
  if (state._tag === "Connected") return { account, ready: true, state: state._tag, since: status.since, ...told }
  const next = due(state)
  return {
    account,
    ready: false,
    state: state._tag,
    since: downSince ?? status.since,
    ...(cause === undefined ? undefined : { why: cause }),
    ...(next === undefined ? undefined : { next }),
    ...(state._tag === "Parked" ? { remedy: state.remedy } : undefined),
    ...told
  }
}

/** Ready is a process that runs and whose every account is ready or excused, as of now. */
export const readiness = (
  phase: Phase,
  statuses: ReadonlyArray<AccountStatus>,
  now: number,
  except: ReadonlySet<string>
): Readiness => {
  const accounts = statuses.map((status) => healthOf(status, now, except))
  const well = accounts.every(({ excused, ready }) => ready || excused !== undefined)
  return { ready: phase === "running" && well, phase, at: now, accounts }
}

/** Live is a process whose event loop is in time, and whose supervisors are, whether their accounts are connected or not. */
export const liveness = (phase: Phase, statuses: ReadonlyArray<AccountStatus>, now: number, lag: number): Liveness => {
  const stuck = statuses.flatMap((told) => {
    const status = asOf(told, now)
    const { account, state } = status
    return overdue(status, now, lateness) ? [{ account, state: state._tag, due: due(state) ?? now }] : []
  })
  return { live: lag <= Duration.toMillis(lagAllowed) && stuck.length === 0, phase, at: now, lag, stuck }
}

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_READY_EXCEPT",
    description: "accounts for which /readyz does not wait, separated by commas, such as qq:test"
  }
]

/** The accounts without which a process is ready all the same. */
export const config: Config.Config<ReadonlySet<string>> = Setting.list(AccountId)("READY_EXCEPT").pipe(
  Config.withDefault<ReadonlyArray<AccountId>>([]),
  Config.nested("HOLDFAST"),
  Config.map((accounts) => new Set<string>(accounts))
)
