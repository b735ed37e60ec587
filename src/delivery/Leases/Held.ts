import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { Lease, LeaseLost } from "../Lease.ts"
import { accountLease, type Hold } from "../SqlStore/Fence.ts"

/** What was granted, and when its last owner was last known to live if that one never let go of it. */
export interface Granted {
  readonly generations: ReadonlyMap<string, number>
  readonly left: number | undefined
}

/** Leases of one account that were taken together. */
export class Held implements Lease, Hold {
  readonly account: string
  readonly generations: ReadonlyMap<string, number>
  readonly generation: number
  readonly left: number | undefined
  /** until when they are ours if they are not renewed, and can be given up in time; monotonic milliseconds */
  until: number
  /** why they were not renewed last */
  why: string | undefined
  readonly #lost = Deferred.unsafeMake<LeaseLost>(FiberId.none)
  #isLost = false

  constructor(account: string, { generations, left }: Granted, until: number) {
    this.account = account
    this.generations = generations
    this.left = left
    this.generation = generations.get(accountLease(account)) ?? 0
    this.until = until
  }

  get names(): ReadonlyArray<string> {
    return [...this.generations.keys()]
  }

  get isLost(): boolean {
    return this.#isLost
  }

  readonly lost = Deferred.await(this.#lost)

  end(lost: LeaseLost): void {
    if (this.#isLost) return
    this.#isLost = true
    Deferred.unsafeDone(this.#lost, Effect.succeed(lost))
  }

  readonly lose = (by: string): void => this.end({ cause: `${this.account} was taken over by ${by}`, taken: true })
}
