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

  /** Whether it may be begun now; a suspect may not while another is tried. */
  admits(id: string, attempts: number): boolean {
    if (attempts < suspicious || this.#cleared.has(id)) return true
    if (this.#tried !== undefined && this.#tried !== id) return false
    this.#tried = id
    return true
  }

  /** It has had an end, and `again` will be tried. */
  end(id: string, again: boolean): void {
    if (this.#tried === id) this.#tried = undefined
    if (again) this.#cleared.add(id)
    else this.#cleared.delete(id)
  }
}
