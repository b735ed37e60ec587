import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import type { Lane } from "./Lane.ts"
import type { Lanes } from "./Lanes.ts"

/** One fiber that works, and the lane it holds. */
export interface Worker<A> {
  lane: Lane<A> | undefined
  /** the lane that it held before, while what became of its head is being kept */
  parting: Lane<A> | undefined
  /** says whether nothing came of what it is at, should it be broken off now */
  harmless: (() => boolean) | undefined
  /** monotonic milliseconds: when it began what it works on, or `Infinity` while that is loaded or settled; means something only where there is a deadline */
  since: number
  /** false once it was let go: it takes up nothing any more, and settles nothing but what it still holds */
  hired: boolean
  rise: () => void
  /** hears that nothing parts from it any more */
  parted: () => void
}

/** A worker that holds a lane, or none, and began at a time in monotonic milliseconds. */
export const worker = <A>(lane: Lane<A> | undefined, since: number): Worker<A> => ({
  lane,
  parting: undefined,
  harmless: undefined,
  since,
  hired: true,
  rise: constVoid,
  parted: constVoid
})

/**
 * Where workers sit that have nothing to do. One is called at a time, and calls the next if it leaves work behind: a burst
 * that one worker gets through by itself wakes no crowd.
 */
export class Bench<A> {
  readonly #lanes: Lanes<A>
  readonly #seated = new Set<Worker<A>>()
  #called: Worker<A> | undefined

  constructor(lanes: Lanes<A>) {
    this.#lanes = lanes
  }

  call(): void {
    if (this.#called !== undefined || !this.#lanes.anyReady) return
    const [worker] = this.#seated
    if (worker === undefined) return
    this.#seated.delete(worker)
    this.#called = worker
    worker.rise()
  }

  take(worker: Worker<A>): Lane<A> | undefined {
    if (this.#called === worker) this.#called = undefined
    worker.lane = this.#lanes.hold()
    worker.since = Number.POSITIVE_INFINITY
    this.call()
    return worker.lane
  }

  sit(worker: Worker<A>): Effect.Effect<void> {
    return Effect.async((resume) => {
      worker.rise = () => resume(Effect.void)
      // Work may have come since this worker found none.
      if (this.#lanes.anyReady) worker.rise()
      else this.#seated.add(worker)
    })
  }

  /** What a worker holds is over; it may hold another while what became of that is being kept. */
  part(worker: Worker<A>, lane: Lane<A>): void {
    worker.lane = undefined
    worker.parting = lane
    this.#lanes.part(lane)
  }

  /** The worker is gone, or nobody waits for it any more; what it held, and what parts from it, is given to another. */
  leave(worker: Worker<A>): void {
    this.#seated.delete(worker)
    if (worker.lane !== undefined && worker.harmless !== undefined) worker.lane.begun = true
    if (this.#called === worker) this.#called = undefined
    for (const lane of [worker.lane, worker.parting]) if (lane !== undefined) this.#lanes.release(lane)
    worker.lane = undefined
    worker.parting = undefined
    this.call()
  }
}
