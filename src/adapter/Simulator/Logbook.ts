import type { Recorded } from "../Simulator.ts"

/** The complete record of what a simulator saw and did, by the simulator's clock. */
export class Logbook {
  private readonly lines: Array<Recorded> = []

  constructor(readonly now: () => number) {}

  write(what: string, detail: unknown): void {
    this.lines.push({ at: this.now(), what, detail })
  }

  get record(): ReadonlyArray<Recorded> {
    return [...this.lines]
  }
}
