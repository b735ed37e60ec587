import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Event } from "../domain/Event.ts"
import { type Handler, HandlerFailed, type Reply, type Traits } from "./Handler.ts"
import type { Match } from "./Match.ts"

/** How what stands behind these does; each is asked once. */
const health = (handlers: ReadonlyArray<Traits>): Pick<Traits, "health"> => {
  const all = new Set(handlers.flatMap(({ health }) => (health === undefined ? [] : [health])))
  return all.size === 0 ? {} : { health: Effect.map(Effect.all([...all]), (each) => each.flat()) }
}

/** A handler that throws before it has anything to run fails like one that fails later. */
const begun = <R>(handler: Handler<R>, event: Event, attempt: number): Stream.Stream<Reply, HandlerFailed, R> =>
  Stream.suspend(() => handler(event, attempt))

/** What a handler needs that answers some events. */
type Needs<H> = H extends Handler<infer R> ? R : never

type Route = readonly [match: Match, handler: Handler<unknown>]

/** What answers is the handler of the first route that matches; where none does, nothing is said. */
export function route<Routes extends ReadonlyArray<Route>>(...routes: Routes): Handler<Needs<Routes[number][1]>>
export function route(...routes: ReadonlyArray<Route>): Handler<unknown> {
  const handlers = routes.map(([, handler]) => handler)
  const chosen = (event: Event) => routes.find(([matches]) => matches(event))?.[1]
  return Object.assign((event: Event, attempt?: number) => chosen(event)?.(event, attempt) ?? Stream.empty, {
    ...health(handlers),
    ...(handlers.some(({ nondeterministic }) => nondeterministic !== undefined)
      ? { nondeterministic: (event: Event) => chosen(event)?.nondeterministic?.(event) === true }
      : undefined),
    ...(handlers.some(({ turns }) => turns !== undefined)
      ? { turns: (event: Event) => chosen(event)?.turns?.(event) }
      : undefined)
  })
}

/** What is handed on in place of a failure; what was interrupted stays so. */
const recovered = <R, R2>(
  answer: Stream.Stream<Reply, HandlerFailed, R>,
  instead: (cause: Cause.Cause<HandlerFailed>) => Stream.Stream<Reply, HandlerFailed, R2>
): Stream.Stream<Reply, HandlerFailed, R | R2> =>
  Stream.catchAllCause(answer, (cause) => (Cause.isInterruptedOnly(cause) ? Stream.failCause(cause) : instead(cause)))

/**
 * Where the first handler fails, or throws, before it has said anything, the second answers; what fails later fails. Which of
 * them it is may change from one try to the next: the whole is nondeterministic. Its turns are those of the first.
 */
export const fallback = <R1, R2>(first: Handler<R1>, second: Handler<R2>): Handler<R1 | R2> => {
  const answer = (event: Event, attempt = 1) =>
    Stream.suspend(() => {
      let said = false
      const heard = Stream.mapChunks(begun(first, event, attempt), (replies) => {
        said ||= replies.length > 0
        return replies
      })
      return recovered(heard, (cause) => (said ? Stream.failCause(cause) : begun(second, event, attempt)))
    })
  const turns = first.turns === undefined ? undefined : { turns: first.turns }
  return Object.assign(answer, { ...health([first, second]), ...turns, nondeterministic: constTrue })
}

/** The same handler, which fails where it has not ended `within` this time; it is tried again only if so wished. */
export const timeout = <R>(
  handler: Handler<R>,
  within: Duration.DurationInput,
  { retryable = false }: { readonly retryable?: boolean } = {}
): Handler<R> => {
  const cause = `it has not ended within ${Duration.format(Duration.decode(within))}`
  const late = Effect.delay(Effect.fail(new HandlerFailed({ cause, retryable })), within)
  return Object.assign((event: Event, attempt?: number) => {
    const answer = handler(event, attempt)
    return answer === Stream.empty ? answer : Stream.interruptWhen(answer, late)
  }, handler)
}

/**
 * What is said instead of failing, after what was said before; a handler that throws fails for good. Where trying again may
 * help, handing the failure on (`Stream.fail`) has the gateway do so.
 */
export const onError = <R1, R2>(
  handler: Handler<R1>,
  say: (failure: HandlerFailed, event: Event) => Stream.Stream<Reply, HandlerFailed, R2>
): Handler<R1 | R2> =>
  Object.assign(
    (event: Event, attempt = 1) =>
      recovered(begun(handler, event, attempt), (cause) =>
        say(
          Option.getOrElse(
            Cause.failureOption(cause),
            () => new HandlerFailed({ cause: Cause.pretty(cause), retryable: false })
          ),
          event
        )
      ),
    handler
  )
