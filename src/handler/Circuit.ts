import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as RetryPolicy from "../adapter/RetryPolicy.ts"
import { HandlerFailed, type HandlerHealth } from "./Handler.ts"

/** Leave to ask what stands behind a handler, once. It is to be told how that went; what it is told afterwards is ignored. */
export interface Pass {
  /** it has begun to answer, so others may ask too; whether all is well is not known yet */
  readonly answered: Effect.Effect<void>
  readonly well: Effect.Effect<void>
  /** nothing was learned of what stands behind */
  readonly left: Effect.Effect<void>
  /** it failed, not before `notBefore` to be asked again; gives when it is, in Unix milliseconds */
  readonly failed: (cause: string, notBefore?: number) => Effect.Effect<number>
}

/** What keeps a handler from asking, again and again, what cannot answer: it opens after failures in a row, and lets single tries through. */
export interface Circuit {
  /** Fails where nobody may ask now: the event waits, at no attempt's cost. */
  readonly enter: Effect.Effect<Pass, HandlerFailed>
  readonly health: Effect.Effect<HandlerHealth>
}

/** So many failures in a row are no accident. */
const limit = 5

/** The delays before single tries; as long after what stands behind is well again everything that waited has been asked for. */
const trying: RetryPolicy.RetryPolicy = {
  base: Duration.seconds(1),
  factor: 2,
  cap: Duration.seconds(15),
  floor: Duration.millis(500),
  attempts: Number.POSITIVE_INFINITY
}

interface Trouble {
  /** when the first of the failures in a row was, and why */
  readonly since: number
  readonly first: string
  cause: string
  times: number
}

class Making {
  #trouble: Trouble | undefined
  /** when it may be tried again, while it is open */
  #until: number | undefined
  #trying = false
  /** how often it has opened: who entered before then tells nothing new */
  #opened = 0
  #delay: number = Duration.toMillis(trying.base)

  constructor(
    readonly name: string,
    readonly delays: RetryPolicy.Stepper<unknown>,
    public since: number
  ) {}

  readonly enter: Effect.Effect<Pass, HandlerFailed> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (this.#until === undefined) return Effect.succeed(this.#pass(false))
    if (now >= this.#until && !this.#trying) {
      this.#trying = true
      return Effect.succeed(this.#pass(true))
    }
    const cause = `${this.name} fails, and is not asked before it is well: ${this.#trouble?.cause ?? ""}`
    // they come back one by one: of those that come at once only one could be let through
    return Effect.flatMap(Random.next, (drawn) =>
      Effect.fail(
        new HandlerFailed({
          cause,
          retryable: true,
          until: Math.max(now, this.#until ?? now) + Math.ceil(drawn * this.#delay)
        })
      )
    )
  })

  readonly health: Effect.Effect<HandlerHealth> = Effect.sync(() => {
    const trouble = this.#trouble
    if (trouble === undefined || trouble.times < limit)
      return { handler: this.name, state: "working", since: this.since }
    const next = this.#until === undefined ? undefined : { next: this.#until }
    return { handler: this.name, state: "failing", since: trouble.since, cause: trouble.cause, ...next }
  })

  #pass(isTry: boolean): Pass {
    const opened = this.#opened
    let over = false
    const once = <A>(ignored: A, told: Effect.Effect<A>): Effect.Effect<A> =>
      Effect.suspend(() => {
        if (over || opened !== this.#opened) return Effect.succeed(ignored)
        over = true
        if (isTry) this.#trying = false
        return told
      })
    return {
      answered: Effect.sync(() => {
        if (!isTry || over || opened !== this.#opened) return
        this.#trying = false
        this.#until = undefined
      }),
      well: once(undefined, this.#well),
      left: once(undefined, Effect.void),
      failed: (cause, notBefore = 0) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          once(Math.max(now + this.#delay, this.#until ?? 0, notBefore), this.#failed(cause, now, notBefore))
        )
    }
  }

  readonly #well: Effect.Effect<void> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const trouble = this.#trouble
    this.#trouble = undefined
    this.#until = undefined
    if (trouble === undefined || trouble.times < limit) return Effect.void
    this.since = now
    const lasted = Duration.format(Duration.millis(now - trouble.since))
    const told = `the handler ${this.name} answers again after ${lasted} and ${trouble.times} failures; the first was: ${trouble.first}`
    return Effect.zipRight(this.delays.reset, Effect.logInfo(told))
  })

  #failed(cause: string, now: number, notBefore: number): Effect.Effect<number> {
    const trouble = (this.#trouble ??= { since: now, first: cause, cause, times: 0 })
    trouble.cause = cause
    trouble.times += 1
    if (trouble.times < limit) return Effect.succeed(Math.max(now + Duration.toMillis(trying.base), notBefore))
    return Effect.flatMap(this.delays.next(cause), (delay) => {
      this.#delay = Option.match(delay, { onNone: () => this.#delay, onSome: Duration.toMillis })
      this.#opened += 1
      const until = (this.#until = Math.max(now + this.#delay, notBefore))
      const told = `the handler ${this.name} failed ${limit} times in a row: what is heard waits, and it is tried at least every ${Duration.format(trying.cap)}: ${cause}`
      return Effect.as(trouble.times === limit ? Effect.logWarning(told) : Effect.void, until)
    })
  }
}

/** One for what stands behind the handler of this name; its troubles are logged when they begin and when they end. */
export const make = (name: string): Effect.Effect<Circuit> =>
  Effect.zipWith(
    RetryPolicy.stepper(RetryPolicy.schedule(trying)),
    Clock.currentTimeMillis,
    (delays, now) => new Making(name, delays, now)
  )
