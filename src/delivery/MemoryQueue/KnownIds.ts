import { IdTable } from "./IdTable.ts"

/** Ids that are told apart: those that are kept, and the last `remember` of those that were let go. */
export class KnownIds {
  readonly #remember: number
  readonly #known = new IdTable()
  /** a ring of those that were let go */
  readonly #past: Array<string> = []
  /** what each of them was let go with */
  readonly #proofs: Array<string | undefined> = []
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

  letGo(id: string, proof?: string): void {
    const evicted = this.#past[this.#next]
    if (evicted !== undefined) this.#known.delete(evicted)
    this.#past[this.#next] = id
    this.#proofs[this.#next] = proof
    this.#next = (this.#next + 1) % this.#remember
  }

  /** With what an id was let go; undefined where it was not. Looks through all of them. */
  past(id: string): { readonly proof: string | undefined } | undefined {
    const at = this.#past.indexOf(id)
    return at < 0 || !this.#known.has(id) ? undefined : { proof: this.#proofs[at] }
  }
}
