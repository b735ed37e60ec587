import type { Reason } from "../../gateway/Status.ts"

/** What a cause of some kind means, and what a person does about it. */
export interface Meaning {
  readonly means: string
  readonly remedy: string
}

type Lost = Extract<Reason, { readonly _tag: "ConnectionLost" }>["reason"]
type Fatal = Extract<Reason, { readonly _tag: "AdapterFatal" }>["reason"]

const network =
  "Nothing is needed if it passes. If it lasts, see whether this machine reaches the platform: its network, name lookup, proxy and firewall; holdfast check asks the platform from here."

/** What the loss of one line means, by its kind. */
export const lost: Readonly<Record<Lost, Meaning>> = {
  Closed: {
    means: "The platform closed the line, as platforms do now and then.",
    remedy: "Nothing is needed. If it goes on, holdfast check asks the platform whether all is well with the bot."
  },
  Transport: { means: "The network between this machine and the platform failed.", remedy: network },
  Timeout: { means: "The platform, or the network on the way to it, took too long to answer.", remedy: network },
  Silent: {
    means: "The line looked alive, but nothing came on it any more, so it counts as dead.",
    remedy:
      "Nothing is needed. If it happens again and again, something between here and the platform forgets quiet lines: a firewall, a router or a proxy."
  },
  Refused: {
    means: "The platform was reached, and refused the line or a new session on it.",
    remedy:
      "Nothing is needed if it passes: platforms refuse while they are busy. If it lasts, what it says above is its own word; holdfast check asks again."
  },
  Expired: {
    means:
      "The platform does not continue the old session, so a fresh one is begun. What was said in between it may not tell.",
    remedy: "Nothing is needed."
  },
  RateLimited: {
    means: "The platform asks us to slow down, and is obeyed.",
    remedy: "Nothing is needed. If it happens often, see whether another program uses the same bot."
  },
  Budgeted: {
    means: "The platform allows so many new sessions a day, and they are spaced out so that they never run out.",
    remedy: "Find what keeps ending the sessions: holdfast timeline shows when they ended, and why."
  },
  Held: {
    means: "Our own side took nothing for too long, so it let go of the line rather than lose what was said.",
    remedy:
      "See to this machine: a full disk, a store that is slow or away, or too much to do. Holdfast goes on as soon as it can keep what it hears."
  },
  Ended: {
    means: "The session ended without a word.",
    remedy: "Nothing is needed if it passes. If it goes on, please report it."
  }
}

/** Why a listen loop gave up, by its kind; what to do the failure says itself. */
export const fatal: Readonly<Record<Fatal, string>> = {
  Exhausted: "A whole row of attempts came to nothing, so the adapter was given up for a fresh one.",
  Unauthorized: "The platform does not know the credentials, or knows them no more.",
  Banned: "The platform has banned the bot.",
  Misconfigured: "The platform says that something is set up wrongly.",
  Conflict: "Somebody else uses the same credentials, and the platform serves one of the two at a time.",
  Unresponsive: "The adapter did not do in time what it owed, so it was left behind.",
  Ended: "The adapter stopped listening without a word, which is a mistake in it.",
  Defect: "The adapter broke, which is a mistake in it."
}

/** What a reason means, whoever gave it. */
export const meaning = (reason: Reason): Meaning => {
  switch (reason._tag) {
    case "ConnectionLost":
      return lost[reason.reason]
    case "AdapterFatal":
      return {
        means: fatal[reason.reason],
        // what cannot be helped by waiting is a person's; else the network may be looked at meanwhile
        remedy: reason.reason === "Exhausted" ? network : reason.remedy
      }
    case "OwnedElsewhere":
      return {
        means: "An account, and the bot behind it, belong to one process at a time.",
        remedy: "Leave it to that process, or stop that one: it is taken over within seconds."
      }
    case "StoreRefused":
      return {
        means: "What is heard cannot be kept, so nothing more is asked of the platform until it can.",
        remedy:
          "See to the store: a full disk, a lock, a database that is down, a lost permission. holdfast check looks at it."
      }
  }
}
