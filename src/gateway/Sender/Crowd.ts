import * as Duration from "effect/Duration"

/** So many lanes of one account, turned away within so long, are the account's own limit. */
const many = 3
const within = Duration.toMillis(Duration.seconds(10))

/** The account waits no longer than this for the sake of its lanes, whatever they have to wait for. */
const atMost = Duration.toMillis(Duration.minutes(1))

/** Tells when it is no longer single lanes that have too much, but their account. Milliseconds of one clock. */
export interface Crowd {
  /** A lane of `account` is turned away until `until`; answers until when the whole account is then. */
  readonly note: (account: string, lane: string, until: number, now: number) => number | undefined
}

export const make = (): Crowd => {
  const turnedAway = new Map<string, Map<string, { readonly at: number; readonly until: number }>>()
  return {
    note: (account, lane, until, now) => {
      const recent = new Map([...(turnedAway.get(account) ?? [])].filter(([, { at }]) => now - at < within))
      recent.set(lane, { at: now, until })
      turnedAway.set(account, recent)
      const latest = Math.max(...Array.from(recent.values(), ({ until }) => until))
      return recent.size < many ? undefined : Math.min(latest, now + atMost)
    }
  }
}
