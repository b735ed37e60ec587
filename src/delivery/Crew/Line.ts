/** What stands in one line at a time, at most. */
export interface Standing<T> {
  behind: T | undefined
}

/** First come, first served; standing in it allocates nothing. */
export class Line<T extends Standing<T>> {
  #first: T | undefined
  #last: T | undefined

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let one = this.#first; one !== undefined; one = one.behind) yield one
  }

  append(one: T): void {
    one.behind = undefined
    if (this.#last === undefined) this.#first = one
    else this.#last.behind = one
    this.#last = one
  }

  prepend(one: T): void {
    one.behind = this.#first
    this.#first = one
    this.#last ??= one
  }

  shift(): T | undefined {
    const one = this.#first
    this.#first = one?.behind
    if (this.#first === undefined) this.#last = undefined
    return one
  }
}
