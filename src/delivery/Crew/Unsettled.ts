import * as Duration from "effect/Duration"
import { StoreRefused } from "../KeyedQueue.ts"

/** What is refused for less than this is settled with the next tries; nobody needs to know. */
const patience = Duration.toMillis("3 seconds")

interface Refusals {
  /** of the first, in monotonic milliseconds */
  readonly since: number
  lasts: boolean
  refused: StoreRefused
}

/** Of which groups nothing that work came to can be settled, and why not. */
export class Unsettled {
  readonly #groups = new Map<string, Refusals>()

  /** An outcome was refused. Where there is only no room for it, the work that waits makes some. */
  refused(group: string, refused: StoreRefused, now: number): void {
    if (refused.full) return
    const known = this.#groups.get(group)
    if (known === undefined) this.#groups.set(group, { since: now, lasts: false, refused })
    else {
      known.lasts = now - known.since >= patience
      known.refused = refused
    }
  }

  /** An outcome was settled, or none of this group is to be settled any more. */
  settled(group: string): void {
    if (this.#groups.size > 0) this.#groups.delete(group)
  }

  /** Why nothing of a group could be settled for some seconds by now; undefined where something could. */
  of(group: string): StoreRefused | undefined {
    if (this.#groups.size === 0) return undefined
    const known = this.#groups.get(group)
    if (!known?.lasts) return undefined
    const { cause, store } = known.refused
    return new StoreRefused({ store, cause: `what was done cannot be settled: ${cause}` })
  }
}
