import { IdTable } from "./IdTable.ts"

/** Ids that are told apart: those that are kept, and the last `remember` of those that were let go. */
export class KnownIds {
  readonly #remember: number
  readonly #known = new IdTable()
  /** a ring of those that were let go */
  readonly #past: Array<string> = []
  #next = 0

  constructor(remember: number) {
    this.#remember = remember
  }

  has(id: string): boolean {
    return this.#known.has(id)
  }

  /** False when the id is known already. */
  add(id: string): boolean {
    return this.#known.add(id)
  }

  letGo(id: string): void {
    const evicted = this.#past[this.#next]
    if (evicted !== undefined) this.#known.delete(evicted)
    this.#past[this.#next] = id
    this.#next = (this.#next + 1) % this.#remember
  }
}
