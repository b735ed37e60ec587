/** How many numbers are taken from the store at once. */
const size = 65_536

/**
 * How long one block is used, in milliseconds. Of rows in different blocks those with the larger number are younger, or at
 * most this much older.
 */
export const blockLasts = 60_000

/** Numbers for new rows, which rise in this process, and which no other process has. */
export class Numbers {
  #next = 0
  #end = 0
  #until = 0

  next(): number {
    return this.#next++
  }

  /** How many are to be taken from the store so that `count` are there; zero when they are. `now` in monotonic milliseconds. */
  missing(count: number, now: number): number {
    const enough = this.#next + count <= this.#end && now < this.#until
    return count === 0 || enough ? 0 : Math.max(count, size)
  }

  /** A block that begins with `first` was taken from the store. */
  begin(first: number, count: number, now: number): void {
    this.#next = first
    this.#end = first + count
    this.#until = now + blockLasts
  }

  /** The next number is larger than any that another process has had until now. */
  discard(): void {
    this.#end = this.#next
  }
}
