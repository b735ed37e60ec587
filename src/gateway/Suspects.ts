/** With so many attempts from earlier processes, one may be what they died of. */
const suspicious = 2

/**
 * Tells what a process may die of from what was merely at work when it died. Suspects are tried one at a time: should this
 * process die as well, none of the others is charged with it. What is tried here and ends, however it ends, is none.
 */
export class Suspects {
  /** those that have had an end in this process */
  readonly #cleared = new Set<string>()
  #tried: string | undefined

  #suspects(id: string, attempts: number): boolean {
    return attempts >= suspicious && !this.#cleared.has(id)
  }

  /** Whether it may be begun now; a suspect may not while another is tried. */
  admits(id: string, attempts: number): boolean {
    return this.#tried === undefined || this.#tried === id || !this.#suspects(id, attempts)
  }

  /** What was admitted begins in this very step; a suspect is tried until it ends, or is left. */
  begin(id: string, attempts: number): void {
    if (this.#suspects(id, attempts)) this.#tried = id
  }

  /** It has had an end, and `again` will be tried. */
  end(id: string, again: boolean): void {
    this.leave(id)
    if (again) this.#cleared.add(id)
    else this.#cleared.delete(id)
  }

  /** It was broken off, or never came to begin, and nothing is known of it. */
  leave(id: string): void {
    if (this.#tried === id) this.#tried = undefined
  }
}
