import type { AccountStatus, Difference, State, Tag } from "./Wire.ts"

/** How a state looks, beside its word: `good` needs nobody, `bad` needs somebody, `off` is as somebody wanted it. */
export type Tone = "good" | "trying" | "waiting" | "bad" | "off"

/** A state in words. */
export interface Word {
  readonly word: string
  readonly tone: Tone
  /** how bad it is to be in it: of several that share a place, the worst is shown */
  readonly rank: number
  /** what happens at its due time */
  readonly next?: (status: Pick<AccountStatus, "attempts">) => string
}

export const words: { readonly [T in Tag]: Word } = {
  Connected: { word: "connected", tone: "good", rank: 0 },
  Connecting: { word: "connecting", tone: "trying", rank: 2, next: () => "gives this try up in" },
  Reconnecting: {
    word: "reconnecting",
    tone: "waiting",
    rank: 4,
    next: ({ attempts }) => `attempt ${attempts + 1} in`
  },
  Rescheduled: { word: "rescheduled", tone: "waiting", rank: 5, next: () => "begins afresh in" },
  RateLimited: { word: "rate-limited", tone: "waiting", rank: 4, next: () => "goes on in" },
  Held: { word: "held", tone: "bad", rank: 6, next: () => "our store is asked again in" },
  Paused: { word: "paused", tone: "off", rank: 1 },
  Parked: { word: "parked", tone: "bad", rank: 7, next: () => "probed all the same in" },
  Stopping: { word: "stopping", tone: "off", rank: 1, next: () => "ends within" },
  Stopped: { word: "stopped", tone: "off", rank: 3 }
}

/** What stands in the place of a due time that has come. */
export const dueNow = "any moment"

const two = (number: number): string => String(number).padStart(2, "0")

const units = [
  { of: 86_400, by: 3600, big: "d", small: "h" },
  { of: 3600, by: 60, big: "h", small: "m" },
  { of: 60, by: 1, big: "m", small: "s" }
] as const

/** How long something is: `7s`, `3m 07s`, `2h 05m`, `9d 11h`. */
export const span = (millis: number): string => {
  const seconds = Math.max(0, Math.round(millis / 1000))
  const unit = units.find(({ of }) => seconds >= of)
  if (unit === undefined) return `${seconds}s`
  return `${Math.floor(seconds / unit.of)}${unit.big} ${two(Math.floor((seconds % unit.of) / unit.by))}${unit.small}`
}

/** How long until something: a second that has begun counts whole, as on a clock that counts down. */
export const countdown = (millis: number): string => (millis <= 0 ? dueNow : span(Math.ceil(millis / 1000) * 1000))

/** When something was, by the clock of who reads it; with the day, unless that is the day of `now`. */
export const moment = (at: number, now: number): string => {
  const [date, today] = [new Date(at), new Date(now)]
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")
  return date.toDateString() === today.toDateString()
    ? time
    : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`
}

export const due = (state: State): number | undefined => ("until" in state ? state.until : undefined)

/** `1 message`, `2 messages`. */
export const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? "" : "s"}`

/** How all accounts are, in one sentence. */
export const summary = (statuses: ReadonlyArray<Pick<AccountStatus, "account" | "state">>): string => {
  const away = statuses.filter(({ state }) => state._tag !== "Connected")
  const [first, ...others] = away
  if (statuses.length === 0) return "This process keeps no account."
  const all = ["", "The account is connected.", "Both accounts are connected."]
  if (first === undefined) return all[statuses.length] ?? `All ${statuses.length} accounts are connected.`
  if (away.length === statuses.length && others.length > 0) return "No account is connected."
  return others.length === 0
    ? `${first.account} is ${words[first.state._tag].word}.`
    : `${away.length} of ${statuses.length} accounts are not connected.`
}

/** What became of all accounts, in a few words. */
export const became = ({ added, changed, removed }: Difference): string =>
  Object.entries({ added, removed, changed })
    .filter(([, accounts]) => accounts.length > 0)
    .map(([how, accounts]) => `${how} ${accounts.join(", ")}`)
    .join("; ") || "Nothing is otherwise than before."
