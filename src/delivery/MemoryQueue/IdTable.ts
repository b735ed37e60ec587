import { hashOf } from "../Hash.ts"

/** How many ids there is room for at first; always a power of two. */
const smallest = 1024

/**
 * A set of very many ids. It is a hash table by open addressing in typed arrays: to add an id to a `Set` of as many reads
 * several places in memory that no cache holds, here it is one, and growing reads no strings.
 */
export class IdTable {
  /** by number; numbers of what was deleted are given again */
  readonly #ids: Array<string> = []
  readonly #free: Array<number> = []
  /** pairs of a hash and a number, which is counted from 1; 0 is an empty place */
  #places = new Int32Array(4 * smallest)

  get size(): number {
    return this.#ids.length - this.#free.length
  }

  has(id: string): boolean {
    return this.#places[this.#find(id, hashOf(id)) + 1] !== 0
  }

  /** False when it is there already. */
  add(id: string): boolean {
    const hash = hashOf(id)
    const place = this.#find(id, hash)
    if (this.#places[place + 1] !== 0) return false
    const number = this.#free.pop() ?? this.#ids.length + 1
    this.#ids[number - 1] = id
    this.#places[place] = hash
    this.#places[place + 1] = number
    if (4 * this.size > this.#places.length) this.#grow()
    return true
  }

  delete(id: string): void {
    const place = this.#find(id, hashOf(id))
    const number = this.#places[place + 1] ?? 0
    if (number === 0) return
    this.#ids[number - 1] = ""
    this.#free.push(number)
    this.#close(place)
  }

  /** Where the id is, or else the empty place where it belongs. */
  #find(id: string, hash: number): number {
    const places = this.#places
    const last = places.length - 1
    for (let place = (hash << 1) & last; ; place = (place + 2) & last) {
      const number = places[place + 1] ?? 0
      if (number === 0 || (places[place] === hash && this.#ids[number - 1] === id)) return place
    }
  }

  /** Moves into a place that became empty what would not be found behind it any more. */
  #close(empty: number): void {
    const places = this.#places
    const last = places.length - 1
    let hole = empty
    for (let place = (empty + 2) & last; places[place + 1] !== 0; place = (place + 2) & last) {
      const home = ((places[place] ?? 0) << 1) & last
      if (((place - home) & last) < ((place - hole) & last)) continue
      places.copyWithin(hole, place, place + 2)
      hole = place
    }
    places[hole + 1] = 0
  }

  #grow(): void {
    const before = this.#places
    const after = new Int32Array(2 * before.length)
    const last = after.length - 1
    for (let from = 0; from < before.length; from += 2) {
      const [hash, number] = [before[from] ?? 0, before[from + 1] ?? 0]
      if (number === 0) continue
      let place = (hash << 1) & last
      while (after[place + 1] !== 0) place = (place + 2) & last
      after[place] = hash
      after[place + 1] = number
    }
    this.#places = after
  }
}
