import * as Option from "effect/Option"
import type { Owner } from "../../delivery/Lease.ts"
import * as Moment from "../Moment.ts"
import type { Explanation } from "./Explanation.ts"

/** Where the process is that a store names as the owner of an account. */
export type Whereabouts =
  /** it let go of the account in good order */
  | "released"
  /** it ended without letting go of it */
  | "gone"
  /** it runs, and does not answer us */
  | "mute"
  /** it is, or was, on another machine */
  | "elsewhere"

interface Words {
  readonly happened: (who: string, since: string) => string
  readonly next: string
  readonly remedy: (account: string, host: string) => string
}

const nothing =
  "Nothing, until a process runs. What is written to the bot meanwhile is heard then, as far as the platform keeps it."
const start = "Start it: holdfast run, or however this machine starts it."

const words: Readonly<Record<Whereabouts, Words>> = {
  released: {
    happened: () => "The process that kept it has stopped in good order, and let go of it.",
    next: nothing,
    remedy: () => start
  },
  gone: {
    happened: (who, since) =>
      `${who}, which kept it since ${since}, has ended without letting go of it: it was killed, broke down, or its machine did.`,
    next: `${nothing} The next process takes the account over at once.`,
    remedy: () => `${start} Its log says how the last one ended.`
  },
  mute: {
    happened: (who, since) => `${who} keeps it since ${since}, and does not answer at a control socket of this user.`,
    next: "That process goes on as it does; what it does cannot be seen from here.",
    remedy: () => "Run this command as the user that it runs as. If it hangs, see its log, and start it again."
  },
  elsewhere: {
    happened: (who, since) => `${who} keeps it since ${since}.`,
    next: "That process goes on as it does; what it does cannot be seen from here.",
    remedy: (account, host) =>
      `Run holdfast why ${account} on ${host}. If that machine is gone, holdfast run takes the account over here within 15s.`
  }
}

/** What there is to say of an account for which nobody answers, by what the store tells of its `owner` and of when that one `stopped`. */
export const explain = (
  account: string,
  owner: Option.Option<Owner>,
  whereabouts: Whereabouts,
  now: number,
  stopped?: number
): Explanation => {
  const { happened, next, remedy } = words[whereabouts]
  const [who, since, host] = Option.match(owner, {
    onNone: () => ["", "", ""] as const,
    onSome: ({ host, pid, since }) => [`Process ${pid} on ${host.name}`, Moment.whole(since, now), host.name] as const
  })
  return {
    account,
    well: false,
    summary: `${account} is not connected, as far as can be seen: no process answers that keeps it.`,
    happened: [
      happened(who, since),
      ...(stopped === undefined
        ? []
        : [`Nobody has seen to it since ${Moment.clock(stopped, now)}, for ${Moment.span(now - stopped)}.`])
    ],
    done: [],
    next: [next],
    remedy: [remedy(account, host)]
  }
}
