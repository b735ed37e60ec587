import type { SendError } from "../../adapter/AdapterError.ts"
import { again, dead, type Outcome } from "../../delivery/KeyedQueue.ts"

/** How often a message may have left without an answer before it is put aside. */
export const uncertainAttempts = 5

/** How long it waits that has come to nothing so often; milliseconds. */
export const backoff = (attempts: number): number => Math.min(1000 * 2 ** attempts, 30_000)

/** A try at a message, of which it is not known that the platform took it. */
export interface Try {
  /** how many tries before this one were spent */
  readonly attempts: number
  /** what was tried before may have arrived */
  readonly repeats: boolean
  /** it may be said again all the same */
  readonly repeatable: boolean
  /** Unix milliseconds */
  readonly now: number
}

/** What becomes of a message that the platform did not take, as far as is known. */
export const outcomeOf = (error: SendError, { attempts, now, repeatable, repeats }: Try): Outcome<never> => {
  const { cause, message, reason, until } = error
  switch (reason) {
    case "Rejected":
      return dead(repeats ? `it may have arrived: a try had no answer, and the next was refused (${cause})` : message)
    case "RateLimited":
      // by our clock it may be over already, and asking at once is what it punishes
      return again(Math.max(until ?? now + backoff(5), now + backoff(0)), { spent: false, cause: message })
    case "Unreachable":
      return again(now + backoff(2), { spent: false, cause: message })
    case "Uncertain":
      return repeatable && attempts + 1 < uncertainAttempts
        ? again(now + backoff(attempts), { spent: true, cause: message })
        : dead(`it may have arrived: ${message}`)
  }
}
