import { hashOf } from "../Hash.ts"
import { Fingerprints } from "./Fingerprints.ts"

/** How many ids a bay takes: what comes at once meets few enough pages of an index for each of them to take many. */
export const baySize = 32_768

/** 64 MB, for 16 to 25 million ids. */
const mostPrints = 512

/** The fingerprints of ids in one bay. */
interface Prints {
  readonly bay: number
  readonly ids: Fingerprints
}

/**
 * Where the ids stand that come of nothing. Platforms' ids come in no order, so that in an index of all of them each would be
 * written to a page of its own: new ones stand together, in a bay of so many, and for what is not known no bay is looked
 * through, because of all that may be there a fingerprint is in memory. A bay is a number below 0, and a younger one a
 * smaller one; what stands at 0 was kept before there were bays.
 */
export class Bays {
  readonly #size: number
  readonly #most: number
  #prints: ReadonlyArray<Prints> = []
  /** of which there are too many ids to keep all their fingerprints */
  readonly #unread = new Set<number>()
  #last = 0
  /** how many ids the last one still takes */
  #room = Infinity

  /** `most`: how many sets of fingerprints there are at most. */
  constructor(size = baySize, most = mostPrints) {
    this.#size = size
    this.#most = most
  }

  /** From now on, and not before, new ids stand in bays: beside the `taken` ones in the last there is, if there is one. */
  begin(last: number, taken: number): void {
    this.#last = Math.min(last, -1)
    this.#room = Math.max(this.#size - (last < 0 ? taken : 0), 0)
  }

  /** Where a new id stands, if it is kept in the end. */
  place(): number {
    if (this.#room === 0) {
      this.#last--
      // the more there are, the more each takes, so that there are never too many to look through
      const count = new Set(this.#prints.map(({ bay }) => bay)).size
      this.#room = this.#size * 2 ** Math.floor(count / 32)
    }
    this.#room--
    return this.#last
  }

  /** An id stands in a bay. */
  add(bay: number, id: string): void {
    if (this.#last === 0) return
    const hash = hashOf(id)
    let open: Prints | undefined
    for (const prints of this.#prints) {
      if (prints.bay !== bay) continue
      // recalled before, or as good as that
      if (prints.ids.has(hash)) return
      if (!prints.ids.isFull) open = prints
    }
    open ??= this.#open(bay)
    if (open === undefined) this.#unread.add(bay)
    else open.ids.add(hash)
  }

  /** Whether an id may stand in one, of those that were added. */
  mayHold(id: string): boolean {
    if (this.#last === 0 || this.#unread.size > 0) return true
    const hash = hashOf(id)
    for (const { ids } of this.#prints) if (ids.has(hash)) return true
    return false
  }

  /** Forgets all bays but these, and the last. */
  retain(bays: ReadonlyArray<number>): void {
    const retained = new Set(bays).add(this.#last)
    this.#prints = this.#prints.filter(({ bay }) => retained.has(bay))
    for (const bay of this.#unread) if (!retained.has(bay)) this.#unread.delete(bay)
  }

  #open(bay: number): Prints | undefined {
    if (this.#prints.length >= this.#most) return undefined
    const prints = { bay, ids: new Fingerprints() }
    this.#prints = [...this.#prints, prints]
    return prints
  }
}
