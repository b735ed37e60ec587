import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { AdapterFatal, ConnectionLost } from "../adapter/AdapterError.ts"
import type { Connected, Connecting, Disconnected } from "../adapter/Signal.ts"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import type { OwnedElsewhere } from "../delivery/Lease.ts"
import { AccountId, Person } from "../domain/Address.ts"

const millis = Schema.Number
const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** What an account is doing. All that is not a person's decision has a due time, `until`. */
export const State = Schema.Union(
  /** a line is being opened; `until` is its deadline */
  Schema.TaggedStruct("Connecting", { until: millis }),
  /** the platform says that we receive; `until` is when the last proof of life goes stale */
  Schema.TaggedStruct("Connected", { until: millis }),
  /** the line is lost; the listen loop opens another at `until` */
  Schema.TaggedStruct("Reconnecting", { until: millis }),
  /** the listen loop gave up; the gateway opens a fresh adapter at `until` */
  Schema.TaggedStruct("Rescheduled", { until: millis }),
  /** the platform, or a budget that it enforces by punishment, lets nothing happen before `until` */
  Schema.TaggedStruct("RateLimited", { until: millis }),
  /** our own store refuses what was heard; it is asked again at `until` */
  Schema.TaggedStruct("Held", { until: millis }),
  /** an operator paused it */
  Schema.TaggedStruct("Paused", {}),
  /** a person must act as `remedy` says; it is probed at `until` all the same */
  Schema.TaggedStruct("Parked", { until: millis, remedy: Schema.String }),
  Schema.TaggedStruct("Stopping", { until: millis }),
  /** nobody sees to it: its process has ended or, where it is `removed`, an operator took it out */
  Schema.TaggedStruct("Stopped", { removed: maybe(Schema.Literal(true)) })
)
export type State = typeof State.Type

/** Of which kind `cause` is: whose word it was, and which. */
export const Reason = Schema.Union(
  Schema.TaggedStruct("ConnectionLost", { reason: ConnectionLost.fields.reason }),
  /** `remedy` is what a person does about it */
  Schema.TaggedStruct("AdapterFatal", { reason: AdapterFatal.fields.reason, remedy: Schema.String }),
  /** another process has it */
  Schema.TaggedStruct("OwnedElsewhere", {}),
  /** our own store takes or tells nothing */
  Schema.TaggedStruct("StoreRefused", {})
)
export type Reason = typeof Reason.Type

/** A stretch in which the platform may have had news that can no longer be heard. Unix milliseconds. */
export const Gap = Schema.Struct({ from: millis, to: millis })
export type Gap = typeof Gap.Type

/** The truth about one account. Times are Unix milliseconds. */
export const AccountStatus = Schema.Struct({
  account: AccountId,
  state: State,
  /** when it came into this state */
  since: millis,
  /** when it was last connected, if it is not now; when supervision began, if it never was */
  downSince: maybe(millis),
  /** why it is not connected */
  cause: maybe(Schema.String),
  /** the same for programs; there whenever `cause` is */
  reason: maybe(Reason),
  /** tries of this adapter's listen loop since its last stable line */
  attempts: Schema.Number,
  /** fresh adapters since the last stable line */
  reschedules: Schema.Number,
  /** how many adapters this account has had */
  generation: Schema.Number,
  /** its sessions keep dying soon after they are established */
  flapping: Schema.Boolean,
  /** the last proof of life */
  lastLife: maybe(millis),
  /** how long a proof of life is good for */
  silence: maybe(millis),
  /** the bot, as the platform calls it */
  self: maybe(Person),
  /** the newest last, at most `gapsKept` */
  gaps: Schema.Array(Gap)
})
export type AccountStatus = typeof AccountStatus.Type

export const gapsKept = 20

/** How late an adapter may be with what it owes before it is replaced. */
export const grace = Duration.seconds(10)

/** An account of which nothing is known yet. */
export const initial = (account: AccountId, now: number): AccountStatus => ({
  account,
  state: { _tag: "Stopped" },
  since: now,
  downSince: now,
  attempts: 0,
  reschedules: 0,
  generation: 0,
  flapping: false,
  gaps: []
})

/** The due time of a state; none for what a person decided. */
export const due = (state: State): number | undefined => ("until" in state ? state.until : undefined)

const personal: ReadonlySet<State["_tag"]> = new Set(["Paused", "Parked", "Stopping", "Stopped"])

/** Whether nothing is said in this state before a person acts. */
export const waitsForPerson = (state: State): boolean => personal.has(state._tag)

const into = (status: AccountStatus, state: State, now: number): AccountStatus => ({
  ...status,
  state,
  since: status.state._tag === state._tag ? status.since : now,
  ...(status.state._tag === "Connected" && state._tag !== "Connected" ? { downSince: now } : undefined)
})

export const opening = (status: AccountStatus, now: number, until: number): AccountStatus => ({
  ...into(status, { _tag: "Connecting", until }, now),
  generation: status.generation + 1,
  attempts: 0
})

export const connecting = (status: AccountStatus, signal: Connecting, now: number): AccountStatus => ({
  ...into(status, { _tag: "Connecting", until: signal.until }, now),
  attempts: signal.attempt - 1
})

/** A line that was not resumed leaves a gap behind it, from the last proof of life to now. */
export const connected = (status: AccountStatus, signal: Connected, now: number): AccountStatus => {
  const { cause: _cause, downSince: _downSince, reason: _reason, ...rest } = status
  const missed = !signal.resumed && status.lastLife !== undefined
  const silence = Duration.toMillis(signal.silence)
  return {
    ...into(rest, { _tag: "Connected", until: now + silence }, now),
    lastLife: now,
    silence,
    self: signal.self,
    gaps: missed ? [...status.gaps, { from: status.lastLife, to: now }].slice(-gapsKept) : status.gaps
  }
}

const limiting = new Set(["RateLimited", "Budgeted"])

export const disconnected = (status: AccountStatus, signal: Disconnected, now: number): AccountStatus => ({
  ...into(
    status,
    { _tag: limiting.has(signal.cause.reason) ? "RateLimited" : "Reconnecting", until: signal.until },
    now
  ),
  cause: signal.cause.message,
  reason: { _tag: "ConnectionLost", reason: signal.cause.reason },
  attempts: signal.attempt,
  flapping: signal.flapping
})

export const held = (status: AccountStatus, cause: string, now: number, until: number): AccountStatus => ({
  ...into(status, { _tag: "Held", until }, now),
  cause,
  reason: { _tag: "StoreRefused" }
})

/** It is another's, or our store does not say whose; it is asked for again at `until`. */
export const unowned = (
  status: AccountStatus,
  why: OwnedElsewhere | StoreRefused,
  now: number,
  until: number
): AccountStatus =>
  why._tag === "StoreRefused"
    ? held(status, `our store does not say whose it is: ${why.message}`, now, until)
    : {
        ...into(status, { _tag: "Rescheduled", until }, now),
        cause: why.message,
        reason: { _tag: "OwnedElsewhere" }
      }

export const fatal = (
  status: AccountStatus,
  error: AdapterFatal,
  now: number,
  until: number,
  flapping: boolean
): AccountStatus => ({
  ...into(
    status,
    error.retryable ? { _tag: "Rescheduled", until } : { _tag: "Parked", until, remedy: error.remedy },
    now
  ),
  cause: error.summary,
  reason: { _tag: "AdapterFatal", reason: error.reason, remedy: error.remedy },
  attempts: error.attempts,
  reschedules: status.reschedules + 1,
  flapping
})

/** A person's decision, or our own end. */
export const decided = (status: AccountStatus, state: State, now: number): AccountStatus => into(status, state, now)

/** The budgets of both tiers are whole again. */
export const stable = (status: AccountStatus): AccountStatus => ({
  ...status,
  attempts: 0,
  reschedules: 0,
  flapping: false
})

/** The status as it may be told at `now`: a connection is only believed while its last proof of life is young enough. */
export const asOf = (status: AccountStatus, now: number): AccountStatus => {
  if (status.state._tag !== "Connected" || status.lastLife === undefined || status.silence === undefined) return status
  const until = status.lastLife + status.silence
  if (now <= until + 1000) return { ...status, state: { _tag: "Connected", until } }
  const silent = Duration.format(Duration.seconds(Math.floor((now - status.lastLife) / 1000)))
  return {
    ...status,
    state: { _tag: "Reconnecting", until: until + Duration.toMillis(grace) },
    since: until,
    downSince: status.lastLife,
    cause: `no sign of life for ${silent}`,
    reason: { _tag: "ConnectionLost", reason: "Silent" }
  }
}

/**
 * Our store takes again what was heard, and the account is as it was `before` it was held. Nothing was asked meanwhile, so
 * nobody was late; but a connection whose last proof of life has gone stale has to give another before it is believed.
 */
export const released = (held: AccountStatus, before: AccountStatus, now: number): AccountStatus => {
  const { state } = before
  if (asOf(before, now).state._tag === "Connected" || !("until" in state)) return before
  if (state._tag !== "Connected") return { ...before, state: { ...state, until: state.until + now - held.since } }
  const until = now + (before.silence ?? 0)
  return {
    ...held,
    state: { _tag: "Held", until },
    cause: "our store is back; the line has yet to give a sign of life",
    reason: { _tag: "StoreRefused" }
  }
}

/** Whether the state is overdue by more than `slack`: what should have happened by `until` has not. */
export const overdue = (status: AccountStatus, now: number, slack: Duration.Duration): boolean => {
  const until = due(status.state)
  return until !== undefined && now > until + Duration.toMillis(slack)
}
