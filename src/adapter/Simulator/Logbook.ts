import type { Recorded } from "../Simulator.ts"

/** The record of what a simulator saw and did, by the simulator's clock: all of it, or the newest `keep` lines. */
export class Logbook {
  private readonly lines: Array<Recorded> = []

  constructor(
    readonly now: () => number,
    private readonly keep = Number.POSITIVE_INFINITY
  ) {}

  write(what: string, detail: unknown): void {
    this.lines.push({ at: this.now(), what, detail })
    if (this.lines.length >= 2 * this.keep) this.lines.splice(0, this.lines.length - this.keep)
  }

  get record(): ReadonlyArray<Recorded> {
    return this.lines.slice(-Math.min(this.keep, this.lines.length))
  }
}
