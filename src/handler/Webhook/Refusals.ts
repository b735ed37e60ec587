import * as Duration from "effect/Duration"

/** So often at most it counts against an event that it is refused for now: of five attempts the last is over in about a day. */
export const period = Duration.hours(5)

/** So many refused events are known at once. */
const most = 10_000

interface Refusal {
  /** when it was refused first, or when that last counted; Unix milliseconds */
  readonly since: number
  /** how many others had been answered by then */
  readonly answers: number
}

/** Tells an event that an endpoint refuses whatever happens, by saying that it is away, from an endpoint that is away. */
export class Refusals {
  readonly #refused = new Map<string, Refusal>()
  #answers = 0

  answered(event: string): void {
    this.#answers += 1
    this.#refused.delete(event)
  }

  /** It is refused for now, and whether that counts against it: it was so all the time, and others were answered in that time. */
  counts(event: string, now: number): boolean {
    const before = this.#refused.get(event)
    const counts =
      before !== undefined && now - before.since >= Duration.toMillis(period) && this.#answers > before.answers
    if (before !== undefined && !counts) return false
    this.#refused.delete(event)
    this.#refused.set(event, { since: now, answers: this.#answers })
    const [eldest] = this.#refused.keys()
    if (this.#refused.size > most && eldest !== undefined) this.#refused.delete(eldest)
    return counts
  }
}
