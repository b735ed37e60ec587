/**
 * Ids of what was settled, in two generations: an id is known for at least `millis`, or until `ids` later ones came, and
 * never more than twice `ids` are held.
 */
export class RecentIds {
  readonly #ids: number
  readonly #millis: number
  #young = new Set<string>()
  #old = new Set<string>()
  #since = 0

  constructor(ids: number, millis: number) {
    this.#ids = ids
    this.#millis = millis
  }

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id)
  }

  add(id: string, now: number): void {
    if (this.#young.size >= this.#ids || now - this.#since >= this.#millis) {
      this.#old = this.#young
      this.#young = new Set()
      this.#since = now
    }
    this.#young.add(id)
  }
}
