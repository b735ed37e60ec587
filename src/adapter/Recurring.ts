/** So many are known for sure, and as many again that were asked for longer ago. */
const sure = 2048

/**
 * Values that are made of a name alone, and come again and again: whoever keeps very many events keeps one conversation for
 * all that happened in it. What was not asked for in a long time is made anew.
 */
export class Recurring<A> {
  readonly #make: (name: string) => A
  #recent = new Map<string, A>()
  #before: ReadonlyMap<string, A> | undefined

  constructor(make: (name: string) => A) {
    this.#make = make
  }

  of(name: string): A {
    const recent = this.#recent.get(name)
    if (recent !== undefined) return recent
    if (this.#recent.size >= sure) {
      this.#before = this.#recent
      this.#recent = new Map()
    }
    const value = this.#before?.get(name) ?? this.#make(name)
    this.#recent.set(name, value)
    return value
  }
}
