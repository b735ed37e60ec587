import * as Duration from "effect/Duration"

/** How long news waits for more of the same: a platform is rarely lost for one account alone, and not in one moment. */
const gathered = { raised: Duration.seconds(10), cleared: Duration.seconds(30) } as const

/** Which news has waited for more long enough: when the first of it came. */
export class Gathering {
  private first: number | undefined
  private readonly within: Duration.Duration

  constructor(kind: keyof typeof gathered) {
    this.within = gathered[kind]
  }

  isDone(some: boolean, now: number): boolean {
    this.first = some ? (this.first ?? now) : undefined
    if (this.first === undefined || now - this.first < Duration.toMillis(this.within)) return false
    this.first = undefined
    return true
  }
}
