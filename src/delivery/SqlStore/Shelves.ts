import { hashOf } from "../Hash.ts"
import { Fingerprints } from "./Fingerprints.ts"

/** How many ids a shelf takes: what comes at once meets few enough pages of an index for each of them to take many. */
export const shelfSize = 32_768

/** How many sets of fingerprints there are at most, for some 16 million ids in 64 MB. */
const most = 512

/** The fingerprints of ids on one shelf. */
interface Prints {
  readonly shelf: number
  readonly ids: Fingerprints
}

/**
 * Where the ids stand that come of nothing. Platforms' ids come in no order, so that in an index of all of them each would be
 * written to a page of its own: new ones stand together, on a shelf of so many, and for what is not known no shelf is looked
 * through, because of all that may be there a fingerprint is in memory. A shelf is a number below 0, and a younger one a
 * smaller one; what stands at 0 was kept before there were shelves.
 */
export class Shelves {
  readonly #size: number
  #prints: ReadonlyArray<Prints> = []
  /** of which there are too many ids to keep all their fingerprints */
  readonly #unread = new Set<number>()
  #last = 0
  /** how many ids the last one still takes */
  #room = Infinity

  constructor(size = shelfSize) {
    this.#size = size
  }

  /** From now on, and not before, new ids stand on shelves: next to the `taken` ones on the last there is, if there is one. */
  begin(last: number, taken: number): void {
    this.#last = Math.min(last, -1)
    this.#room = Math.max(this.#size - (last < 0 ? taken : 0), 0)
  }

  /** Where a new id stands. */
  place(): number {
    if (this.#room === 0) {
      this.#last--
      // the more there are, the more each takes, so that there are never too many to look through
      const count = new Set(this.#prints.map(({ shelf }) => shelf)).size
      this.#room = this.#size * 2 ** Math.floor(count / 32)
    }
    this.#room--
    return this.#last
  }

  /** An id stands on a shelf. */
  add(shelf: number, id: string): void {
    if (this.#last === 0) return
    const prints = this.#prints.findLast((prints) => prints.shelf === shelf && !prints.ids.isFull) ?? this.#open(shelf)
    if (prints === undefined) this.#unread.add(shelf)
    else prints.ids.add(hashOf(id))
  }

  /** Whether an id may stand on one, of those that were added. */
  mayHold(id: string): boolean {
    if (this.#last === 0 || this.#unread.size > 0) return true
    const hash = hashOf(id)
    for (const { ids } of this.#prints) if (ids.has(hash)) return true
    return false
  }

  /** Forgets all shelves but these, and the last. */
  retain(shelves: ReadonlyArray<number>): void {
    const retained = new Set(shelves).add(this.#last)
    this.#prints = this.#prints.filter(({ shelf }) => retained.has(shelf))
    for (const shelf of this.#unread) if (!retained.has(shelf)) this.#unread.delete(shelf)
  }

  #open(shelf: number): Prints | undefined {
    if (this.#prints.length >= most) return undefined
    const prints = { shelf, ids: new Fingerprints() }
    this.#prints = [...this.#prints, prints]
    return prints
  }
}
