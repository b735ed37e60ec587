import { type AccountStatus, due, type State } from "../../gateway/Status.ts"
import type { Hue } from "../Colour.ts"
import * as Moment from "../Moment.ts"

/** How a state is shown: told apart by its mark and its word too, not by its colour alone. */
export interface Look {
  readonly mark: string
  readonly hue: Hue
  readonly word: string
  /** what is next; `wait` is how long until then */
  readonly next: (status: AccountStatus, wait: string) => string
}

const trying = (word: string, next: Look["next"]): Look => ({ mark: "◌", hue: "yellow", word, next })
const ending = (word: string): Look => ({ mark: "○", hue: "dim", word, next: () => "" })

export const looks: { readonly [Tag in State["_tag"]]: Look } = {
  Connecting: trying("connecting", (_, wait) => `trying, for ${wait} at most`),
  Connected: {
    mark: "●",
    hue: "green",
    word: "connected",
    next: ({ self }) => (self === undefined ? "" : `as ${self.name ?? self.id}`)
  },
  Reconnecting: trying("reconnecting", ({ attempts }, wait) => `attempt ${attempts + 1} in ${wait}`),
  Rescheduled: trying("rescheduled", ({ reason }, wait) =>
    reason?._tag === "OwnedElsewhere" ? `asked for again in ${wait}` : `a fresh adapter in ${wait}`
  ),
  RateLimited: trying("rate limited", (_, wait) => `goes on in ${wait}`),
  Held: trying("held", (_, wait) => `the store is asked in ${wait}`),
  Paused: { mark: "‖", hue: "blue", word: "paused", next: () => "until resumed" },
  Parked: { mark: "×", hue: "red", word: "parked", next: (_, wait) => `probed in ${wait}` },
  Stopping: ending("stopping"),
  Stopped: ending("stopped")
}

/** What is next of an account, in few words. */
export const next = (status: AccountStatus, now: number): string => {
  const until = due(status.state)
  const wait = until === undefined ? "" : Moment.span(Math.max(0, Math.ceil((until - now) / 1000) * 1000))
  return looks[status.state._tag].next(status, wait)
}
