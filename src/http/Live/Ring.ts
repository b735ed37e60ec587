import type { Name } from "./Chosen.ts"

/** An event as it is written to a line: with and without what people wrote. */
export interface Told {
  readonly event: Name
  readonly full: string
  readonly bare: string
}

/** How much is kept for those who come back: events, and characters. */
export interface Bounds {
  readonly events: number
  readonly size: number
}

export const defaults: Bounds = { events: 4096, size: 4 * 1024 * 1024 }

/** The newest events, by their numbers; the oldest make room. */
export class Ring {
  readonly #bounds: Bounds
  #told: Array<Told> = []
  /** the number of the oldest that is kept */
  #first = 1
  #size = 0

  constructor(bounds: Bounds = defaults) {
    this.#bounds = bounds
  }

  /** The number of the newest event, 0 before there is any. */
  get last(): number {
    return this.#first + this.#told.length - 1
  }

  push(told: Told): void {
    this.#told.push(told)
    this.#size += sizeOf(told)
    let gone = 0
    while (this.#told.length - gone > this.#bounds.events || this.#size > this.#bounds.size) {
      const oldest = this.#told[gone]
      if (oldest === undefined) break
      this.#size -= sizeOf(oldest)
      gone++
    }
    if (gone === 0) return
    this.#told.splice(0, gone)
    this.#first += gone
  }

  /** What was told after an event; undefined where some of that is not kept any more, or was never told here. */
  after(number: number): ReadonlyArray<Told> | undefined {
    return number >= this.#first - 1 && number <= this.last ? this.#told.slice(number - this.#first + 1) : undefined
  }

  /** Forgets everything, and that nothing was told after it: who comes back does not go on from here. */
  clear(): void {
    this.#first = this.last + 2
    this.#told = []
    this.#size = 0
  }
}

const sizeOf = ({ bare, full }: Told): number => (full === bare ? full.length : full.length + bare.length)
