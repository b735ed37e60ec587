/** One for each lower half of a hash. */
const places = 65_536

/** Fuller than this, what is not there is looked for too long. */
const most = (3 * places) / 4

/**
 * A set of the hashes of ids, of which one in some 30 000 that is not there seems to be: the lower half of a hash is where it
 * belongs, and what stands there is the upper. 128 kB.
 */
export class Fingerprints {
  readonly #places = new Uint16Array(places)
  #size = 0

  get isFull(): boolean {
    return this.#size >= most
  }

  /** Whether it may be there; never false where it is. */
  has(hash: number): boolean {
    return this.#places[this.#find(hash)] !== 0
  }

  /** Adds it, as long as this is not full. */
  add(hash: number): void {
    const place = this.#find(hash)
    if (this.#places[place] !== 0) return
    this.#places[place] = printOf(hash)
    this.#size++
  }

  /** Where it is, or else the empty place where it belongs. */
  #find(hash: number): number {
    const print = printOf(hash)
    for (let place = hash & (places - 1); ; place = (place + 1) & (places - 1)) {
      const found = this.#places[place]
      if (found === 0 || found === print) return place
    }
  }
}

/** An empty place has 0. */
const printOf = (hash: number): number => hash >>> 16 || 1
