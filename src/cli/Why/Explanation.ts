import type { Depths } from "../../http/Api.ts"
import { type AccountStatus, due, grace, overdue, type State } from "../../gateway/Status.ts"
import * as Moment from "../Moment.ts"
import type { Outage } from "../Timeline/Outages.ts"
import { meaning } from "./Reasons.ts"

/** What became of an account, for a person: sentences. */
export interface Explanation {
  readonly account: string
  /** it is connected, or a person wants it so */
  readonly well: boolean
  readonly summary: string
  readonly happened: ReadonlyArray<string>
  /** what Holdfast did about it */
  readonly done: ReadonlyArray<string>
  readonly next: ReadonlyArray<string>
  /** what a person could do */
  readonly remedy: ReadonlyArray<string>
}

/** What there is to know of an account. */
export interface Known {
  readonly status: AccountStatus
  readonly depths?: Depths
  /** in order; one that lasts is the last */
  readonly outages?: ReadonlyArray<Outage>
}

type Table<A> = { readonly [Tag in State["_tag"]]: A }

/** What an account does that is not connected. */
const doing: Table<string> = {
  Connecting: "it is being connected",
  Connected: "",
  Reconnecting: "it is about to be connected again",
  Rescheduled: "a fresh adapter is about to try",
  RateLimited: "it has to wait until it is allowed to go on",
  Held: "our own store holds it up",
  Paused: "an operator paused it",
  Parked: "a person has to do something",
  Stopping: "it is stopping",
  Stopped: "nobody sees to it"
}

const nextOf: Table<(status: AccountStatus, when: string) => string> = {
  Connecting: (_, when) => `It is being tried, until ${when} at the latest; if that comes to nothing, again.`,
  Connected: (_, when) => `It stays connected. Without another sign of life it counts as lost at ${when}.`,
  Reconnecting: ({ attempts }, when) =>
    `Attempt ${attempts + 1} at ${when}. It goes on for as long as it takes, with a fresh adapter when a row of attempts is spent.`,
  Rescheduled: ({ reason }, when) =>
    reason?._tag === "OwnedElsewhere"
      ? `It is asked for again at ${when}, and taken over when the other process lets go of it.`
      : `A fresh adapter, with new sockets, tokens and name lookups, at ${when}. It goes on for as long as it takes.`,
  RateLimited: (_, when) => `Nothing may be tried before ${when}; then it goes on by itself.`,
  Held: (_, when) =>
    `The store is asked again at ${when}; when it takes what was heard, the account goes on by itself.`,
  Paused: () => "Nothing, until somebody resumes it.",
  Parked: (_, when) => `It is probed at ${when} all the same, and goes on by itself if the platform lets it.`,
  Stopping: (_, when) => `What was begun is finished, until ${when} at the latest.`,
  Stopped: () => "Nothing, until a process takes it up."
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`

const sentence = (text: string): string => {
  const whole = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`
}

const stretch = ({ from, to }: { readonly from: number; readonly to: number }, now: number): string =>
  `from ${Moment.clock(from, now)} to ${Moment.clock(to, now)} (${Moment.span(to - from)})`

const nameOf = ({ self }: AccountStatus): string => self?.name ?? self?.id ?? "an unknown bot"

const flaps = "Its sessions keep dying soon after they are established, so it is tried every 30s until one lasts."

const whileConnected = ({ lastLife, since }: AccountStatus, now: number): ReadonlyArray<string> => [
  `It has been so for ${Moment.span(now - since)}, since ${Moment.clock(since, now)}.`,
  ...(lastLife === undefined ? [] : [`The last sign of life came ${Moment.ago(lastLife, now)}.`])
]

const whileDown = (
  { cause, downSince, lastLife, reason, since, state }: AccountStatus,
  now: number
): ReadonlyArray<string> => [
  ...(state._tag === "Paused"
    ? [`An operator paused it at ${Moment.clock(since, now)}, ${Moment.ago(since, now)}.`]
    : []),
  ...(cause === undefined || state._tag === "Paused" ? [] : [sentence(cause)]),
  ...(reason === undefined || state._tag === "Paused" ? [] : [meaning(reason).means]),
  ...(downSince === undefined
    ? []
    : lastLife === undefined
      ? [
          `It has not been connected since this process took it up at ${Moment.clock(downSince, now)}, ${Moment.ago(downSince, now)}.`
        ]
      : [
          `It was connected until ${Moment.clock(downSince, now)}, and has been down for ${Moment.span(now - downSince)}.`
        ])
]

const day = 86_400_000

/** What was before: the last outage that is over, and whether that happens often. */
const before = ({ outages = [], status }: Known, now: number): ReadonlyArray<string> => {
  const recent = outages.filter(({ from }) => now - from < day).length
  const connected = status.state._tag === "Connected"
  const last = outages.flatMap(({ cause, from, to }) => (to === undefined ? [] : [{ cause, from, to }])).at(-1)
  return [
    ...(last === undefined
      ? []
      : [
          `The ${connected ? "last outage" : "outage before this one"} was ${stretch(last, now)}${last.cause === undefined ? "." : `: ${sentence(last.cause)}`}`
        ]),
    ...(recent < 2 ? [] : [`There were ${recent} within 24 hours.`])
  ]
}

const doneOf = (known: Known, now: number): ReadonlyArray<string> => {
  const { depths, status } = known
  const { attempts, flapping, gaps, reschedules, state } = status
  const gap = gaps.at(-1)
  const tried = [
    ...(attempts === 0 ? [] : [`${plural(attempts, "attempt")} of this adapter came to nothing`]),
    ...(reschedules === 0 ? [] : [`${plural(reschedules, "adapter")} had to be replaced`])
  ]
  const unsaid = depths?.outbox.waiting ?? 0
  return [
    ...(tried.length === 0
      ? []
      : state._tag === "Connected"
        ? [`Before this connection ${tried.join(", and ")}.`]
        : [`Since the last stable connection ${tried.join(", and ")}.`]),
    ...(flapping ? [flaps] : []),
    ...before(known, now),
    ...(gap === undefined ? [] : [`What was said ${stretch(gap, now)} the platform may not have told us.`]),
    ...(state._tag === "Connected" || unsaid === 0
      ? []
      : [`${plural(unsaid, "message")} ${unsaid === 1 ? "is" : "are"} kept, to be said when it is connected.`])
  ]
}

const remedyOf = ({ account, reason, state }: AccountStatus): string => {
  if (state._tag === "Connected") return "Nothing is needed."
  if (state._tag === "Paused") return `holdfast resume ${account} connects it again.`
  if (state._tag === "Parked") return `${sentence(state.remedy)} Then holdfast resume ${account} tries at once.`
  if (state._tag === "Stopping" || state._tag === "Stopped")
    return "When its process has ended, holdfast run takes it up."
  return reason === undefined ? "Nothing is needed." : meaning(reason).remedy
}

/** What became of an account, what was done about it, what happens next and when, and what a person could do. */
export const explain = (known: Known, now: number): Explanation => {
  const { status } = known
  const { account, state } = status
  const connected = state._tag === "Connected"
  const until = due(state)
  const late = overdue(status, now, grace)
  const when = until === undefined ? "" : Moment.due(until, now)
  return {
    account,
    well: connected || state._tag === "Paused",
    summary: connected
      ? `${account} is connected as ${nameOf(status)}.`
      : `${account} is not connected: ${doing[state._tag]}.`,
    happened: connected ? whileConnected(status, now) : whileDown(status, now),
    done: doneOf(known, now),
    next: late
      ? [`What was due at ${when}, has not happened: its supervisor does not get on.`]
      : [nextOf[state._tag](status, when)],
    remedy: [
      ...(late
        ? [
            `holdfast restart ${account} gives it a fresh adapter. If that changes nothing, the process hangs: see its log, and start it again.`
          ]
        : []),
      remedyOf(status)
    ]
  }
}
