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
  /** it failed; gives when it is asked again, in Unix milliseconds */
  readonly failed: (cause: string, details?: Failure) => Effect.Effect<number>
}

export interface Failure {
  /** what it was asked about, if that may be why: failing on the same again and again says nothing of the rest */
  readonly over?: string
  /** it wants to be left alone until then, in Unix milliseconds */
  readonly notBefore?: number | undefined
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

/** A try that has not begun to be answered for so long leaves room for another; milliseconds. */
const tryFor = 5000

interface Trouble {
  /** when the first of the failures in a row was, and why */
  readonly since: number
  readonly first: string
  cause: string
  times: number
  /** what was asked about when it failed, while that may still be why */
  readonly over: Set<string>
}

class Making {
  #trouble: Trouble | undefined
  /** when it may be tried again, while it is open */
  #until: number | undefined
  /** until when nobody else may try */
  #tried = 0
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
    if (now >= Math.max(this.#until, this.#tried)) {
      this.#tried = now + tryFor
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
        if (isTry) this.#tried = 0
        return told
      })
    return {
      answered: Effect.sync(() => {
        if (!isTry || over || opened !== this.#opened) return
        this.#tried = 0
        this.#until = undefined
      }),
      well: once(undefined, this.#well),
      left: once(undefined, Effect.void),
      failed: (cause, details = {}) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          once(Math.max(now + this.#delay, this.#until ?? 0, details.notBefore ?? 0), this.#failed(cause, now, details))
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

  #failed(cause: string, now: number, { notBefore = 0, over }: Failure): Effect.Effect<number> {
    const trouble = (this.#trouble ??= { since: now, first: cause, cause, times: 0, over: new Set() })
    trouble.cause = cause
    if (over === undefined || trouble.times >= limit || !trouble.over.has(over)) trouble.times += 1
    if (over !== undefined && trouble.times < limit) trouble.over.add(over)
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
