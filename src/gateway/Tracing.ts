import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { Offered, Work } from "../delivery/KeyedQueue.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"
import type { Message } from "../domain/Message.ts"
import { IsRoot, origin, originOf } from "./Tracing/Origin.ts"

const root = Context.make(IsRoot, true)

/** Effect's own, which keeps nothing of what it is told. */
const idle = Context.get(DefaultServices.liveServices, Tracer.Tracer)

type Attributes = Readonly<Record<string, string | number>>

const nanos = (millis: number): bigint => BigInt(Math.round(millis)) * 1_000_000n

const attributesOf = ({ conversation: { account, id: conversation }, id }: Event | Message): Attributes => ({
  "holdfast.account": account,
  "holdfast.conversation": conversation,
  "holdfast.id": id
})

/**
 * The walk of every event as one trace, whatever process each step of it was made in: `heard`, until it was kept; `inbox`,
 * until it was taken up; `handled`; and for each reply `outbox`, until it was taken up, and `sent`.
 */
export class Tracing {
  readonly #tracer: Tracer.Tracer
  readonly #clock: Clock.Clock

  private constructor(tracer: Tracer.Tracer, clock: Clock.Clock) {
    this.#tracer = tracer
    this.#clock = clock
  }

  /** None where no tracer keeps what it is told: then there is nothing to be done for it. */
  static readonly make: Effect.Effect<Tracing | undefined> = Effect.gen(function* () {
    const tracer = yield* Effect.tracer
    const enabled = yield* FiberRef.get(FiberRef.currentTracerEnabled)
    return enabled && tracer !== idle ? new Tracing(tracer, yield* Effect.clock) : undefined
  })

  /** Nanoseconds since the beginning of 1970. */
  now(): bigint {
    return this.#clock.unsafeCurrentTimeNanos()
  }

  /** Of these events of one account, which came when it was `since`, those that are no repeats have been kept. */
  heard(account: AccountId, events: ReadonlyArray<Event>, { repeats }: Offered, since: bigint): void {
    const known = new Set(repeats)
    for (const event of events) {
      const name = `${account}/${event.id}`
      if (known.has(name)) continue
      const span = this.#span("heard", origin(name), since, "consumer", attributesOf(event), root)
      span.attribute("holdfast.kind", event._tag)
      span.attribute("holdfast.happened", event.at)
      this.#end(span)
    }
  }

  /** The work of a handler on an event, and how long the event waited for it. */
  handled<A, E, R>(work: Work<Event>, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.#step("inbox", "handled", "internal", origin(work.id), work, run)
  }

  /** The sending of a message, and how long the message waited for it. */
  sent<A, E, R>(work: Work<Message>, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.#step("outbox", "sent", "producer", originOf(work.id), work, run)
  }

  #step<A, E, R>(
    before: string,
    name: string,
    kind: Tracer.SpanKind,
    parent: Tracer.AnySpan,
    work: Work<Event | Message>,
    run: Effect.Effect<A, E, R>
  ): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      const attributes = { ...attributesOf(work.value), "holdfast.attempts": work.attempts }
      this.#end(this.#span(before, parent, nanos(work.keptAt), "internal", attributes))
      const span = this.#span(name, parent, this.now(), kind, attributes)
      return run.pipe(
        Effect.withParentSpan(span),
        Effect.onExit((exit) => Effect.sync(() => this.#end(span, exit)))
      )
    })
  }

  #span(
    name: string,
    parent: Tracer.AnySpan,
    since: bigint,
    kind: Tracer.SpanKind,
    attributes: Attributes,
    context: Context.Context<never> = Context.empty()
  ): Tracer.Span {
    const span = this.#tracer.span(name, Option.some(parent), context, [], since, kind)
    for (const [key, value] of Object.entries(attributes)) span.attribute(key, value)
    return span
  }

  #end(span: Tracer.Span, exit: Exit.Exit<unknown, unknown> = Exit.void): void {
    span.end(this.now(), exit)
  }
}
