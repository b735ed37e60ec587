import * as Duration from "effect/Duration"
import { type AccountStatus, due, type State } from "./Status.ts"

/** How long something is, for a person: tenths of seconds below ten, whole seconds above. */
export const span = (millis: number): string => {
  if (millis < 9950) return `${Math.max(0, Math.round(millis / 100) / 10)}s`
  return Duration.format(Duration.seconds(Math.round(millis / 1000)))
}

/** One line for a person: the account is back, and what it cost. */
export const up = (before: AccountStatus, after: AccountStatus, resumed: boolean): string => {
  const name = after.self?.name ?? after.self?.id ?? "unknown"
  const how = resumed ? ", nothing missed" : ""
  const gap =
    after.gaps.length > before.gaps.length || after.gaps.at(-1) !== before.gaps.at(-1) ? after.gaps.at(-1) : undefined
  const missed = gap === undefined ? "" : `, and cannot know what was said for ${span(gap.to - gap.from)} before that`
  const down =
    before.generation > 1 || before.cause !== undefined
      ? ` after ${span(after.since - (before.downSince ?? after.since))}`
      : ""
  return `connected as ${name}${down}${how}${missed}`
}

const next: { readonly [Tag in State["_tag"]]: (status: AccountStatus, wait: string) => string } = {
  Connecting: (_, wait) => `trying now, for at most ${wait}`,
  Connected: () => "connected",
  Reconnecting: (status, wait) =>
    `${status.flapping ? "flapping: its sessions keep dying young; " : ""}attempt ${status.attempts + 1} in ${wait}`,
  Rescheduled: (status, wait) =>
    `${status.flapping ? "flapping: its sessions keep dying young; " : ""}a fresh adapter in ${wait}`,
  RateLimited: (_, wait) => `nothing is allowed before ${wait} have passed; then it goes on`,
  Held: (_, wait) => `it hears nothing until our store takes what it has; asked again in ${wait}`,
  Paused: () => "paused by an operator, until resumed",
  Parked: (status, wait) =>
    `parked: ${status.state._tag === "Parked" ? status.state.remedy : ""} Probed in ${wait} all the same`,
  Stopping: () => "stopping",
  Stopped: () => "stopped"
}

/** One line for a person: what happened, and what happens next, when. */
export const down = (status: AccountStatus, now: number): string => {
  const until = due(status.state)
  const wait = until === undefined ? "" : span(until - now)
  return `${status.cause === undefined ? "" : `${status.cause}; `}${next[status.state._tag](status, wait)}`
}

/** One line for all accounts: how many are connected, and why the first that is not is not. */
export const summary = (statuses: ReadonlyArray<AccountStatus>): string => {
  const down = statuses.filter(({ state }) => state._tag !== "Connected")
  const [first, ...others] = down
  const count = `${statuses.length - down.length} of ${statuses.length} ${statuses.length === 1 ? "account" : "accounts"} connected`
  if (first === undefined) return count
  const why = `${first.account} is ${first.state._tag}${first.cause === undefined ? "" : `: ${first.cause}`}`
  return `${count}; ${why}${others.length === 0 ? "" : `; and ${others.length} more`}`
}
