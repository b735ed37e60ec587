/** What the system says of the main thread: how long it has run, and has waited to run, in milliseconds. */
export interface Served {
  readonly ran: number
  readonly waited: number
}

/**
 * For how long a part of the program has stood still, as far as that is its own doing. Two witnesses speak for it: we who
 * watch were late ourselves (the machine starves or stopped us all), and the system lets the main thread wait for a CPU. It uses
 * nothing but what is in it, since the watching thread runs from its text.
 */
export class Silence {
  /** in time in which we ourselves were running */
  span = 0
  private since: Served | undefined

  constructor(
    private readonly bound: number,
    private readonly tick: number
  ) {}

  moved(): void {
    this.span = 0
    this.since = undefined
  }

  /** It has not moved since the last look, `elapsed` ago; whether that is too long. */
  still(elapsed: number, served: () => Served | undefined): boolean {
    this.since ??= served()
    this.span += Math.min(elapsed, this.tick * 2)
    if (this.span < this.bound) return false
    // a starved host is not made better by a process that starts again; but for ever is too long
    return this.span - this.share(served()).waited >= this.bound || this.span >= this.bound * 10
  }

  /** What the main thread got of the time since; nothing where the system does not say. */
  share(now: Served | undefined): Served {
    const { since } = this
    if (since === undefined || now === undefined) return { ran: 0, waited: 0 }
    return { ran: now.ran - since.ran, waited: now.waited - since.waited }
  }
}
