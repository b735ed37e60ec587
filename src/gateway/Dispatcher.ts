import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Capabilities } from "../adapter/Capabilities.ts"
import { Inbox } from "../delivery/Inbox.ts"
import { again, dead, done, type Item, type Outcome, unrecorded, type Work } from "../delivery/KeyedQueue.ts"
import { Outbox } from "../delivery/Outbox.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"
import { answerId, draftId, firstNotice, type Message, type MessageId } from "../domain/Message.ts"
import { boundless } from "../domain/Parts.ts"
import { type Handler, HandlerFailed } from "../handler/Handler.ts"
import * as Joining from "./Dispatcher/Joining.ts"
import * as Replies from "./Dispatcher/Replies.ts"
import * as Early from "./Dispatcher/Early.ts"
import * as Waiting from "./Dispatcher/Waiting.ts"
import { Turn } from "./Dispatcher/Turn.ts"
import type { GatewayConfig } from "./GatewayConfig.ts"
import * as Passing from "./Metrics/Passing.ts"
import * as Notices from "./Notices.ts"
import { noticed } from "./Outgoing.ts"
import type { Passages } from "./Passages.ts"
import type { Growth } from "./Sender/Growth.ts"
import type { Tracing } from "./Tracing.ts"
import type { Turns } from "./Turns.ts"
import { Suspects } from "./Suspects.ts"
import * as Typing from "./Typing.ts"

/** An account that is not open yet wakes its events when it is connected; this is only in case it never is. */
const asleep = Duration.toMillis("30 seconds")

const backoff = (attempts: number): number => Math.min(1000 * 2 ** attempts, 60_000)

/**
 * Hands what the inbox keeps to the handler, one event at a time per conversation, and its numbered replies to the outbox:
 * a handler that ends at once settles everything in one commit, a slow one has each reply kept as it comes. Never ends.
 */
export const run = <R>(options: {
  readonly handler: Handler<R>
  readonly capabilities: (account: AccountId) => Capabilities | undefined
  readonly maxAge: (account: AccountId) => Duration.Duration | undefined
  /** Why an event that was let in is not to be handled any more: who did it has been removed since. */
  readonly denial: (event: Event) => string | undefined
  readonly config: GatewayConfig
  /** Shows replies as they grow. */
  readonly growth: Growth
  /** Shows that an answer to an event is being written; left out, nobody is shown it. */
  readonly typing?: ((event: Event) => Effect.Effect<void>) | undefined
  /** What people's messages do while a turn runs; left out where they wait for theirs. */
  readonly turns?: Turns | undefined
  readonly passages: Passages
  readonly tracing?: Tracing | undefined
}): Effect.Effect<never, never, Inbox | Outbox | R | Scope.Scope> =>
  Effect.gen(function* () {
    const { config, growth, passages, tracing, turns } = options
    const inbox = yield* Inbox
    const outbox = yield* Outbox
    const early = yield* Early.make(growth)
    const typing = options.typing === undefined ? Typing.none : yield* Typing.make(options.typing)
    const suspects = new Suspects()
    const bounds: Replies.Bounds = {
      replies: config.handlerReplies,
      bytes: config.handlerBytes,
      notice: config.notices?.cut
    }
    /** Whether it does not run again for an event whose answer has begun. */
    const isOnce = (event: Event): boolean => options.handler.nondeterministic?.(event) === true

    const notice = (event: Event, text: string | undefined, ordinal = firstNotice): ReadonlyArray<Item<Message>> =>
      text === undefined
        ? []
        : noticed(event, ordinal, text, options.capabilities(event.conversation.account) ?? boundless)

    const waiting =
      config.waitNotice === undefined
        ? Waiting.silent
        : Waiting.make(outbox, config.waitNotice, (event) =>
            notice(event, Notices.waiting(config.notices, event), Waiting.waitingNotice)
          )

    const aside = (
      { id, key, value }: Work<Event>,
      why: string,
      settles: ReadonlyArray<Item<Message>>,
      log = Effect.logError
    ) => {
      passages.dead("inbox", value, why)
      return Effect.as(log(`event ${id} of ${key} was put aside: ${why}`), dead(why, settles))
    }

    /** What the handler said last is kept before the notice, and with it. */
    const failed = (work: Work<Event>, cause: Cause.Cause<HandlerFailed>, turn?: Turn) =>
      Effect.gen(function* () {
        const failure = Option.getOrUndefined(Cause.failureOption(cause))
        const why = failure?.cause ?? Cause.pretty(cause)
        const until = failure?.until
        const hopeless = failure?.retryable === false || work.attempts + 1 >= config.handlerAttempts
        const over = until === undefined && hopeless
        suspects.end(work.id, !over)
        if (over) {
          waiting.over(work.id)
          const text = failure?.silent ? undefined : Notices.failed(config.notices, work.value, failure?.notice)
          return yield* aside(work, why, [...early.giveUp(work.id, turn), ...notice(work.value, text)])
        }
        if (turn !== undefined) early.leave(turn)
        const now = yield* Clock.currentTimeMillis
        const at = until ?? now + Math.max(backoff(work.attempts), failure?.retryAfter ?? 0)
        if (failure?.silent !== true) yield* waiting.until(work, at)
        if (until === undefined)
          yield* Effect.logWarning(`the handler failed on event ${work.id} of ${work.key} and is tried again: ${why}`)
        return again(at, { spent: until === undefined, cause: why })
      })

    /** What was said stays as it is, and whatever `said` has of it beside; another run would say something else. */
    const cutOff = ({ id, key, value }: Work<Event>, why: string, said: ReadonlyArray<Item<Message>> = []) =>
      Effect.as(
        Effect.logWarning(`the answer to event ${id} of ${key} ends where its handler broke off: ${why}`),
        done([...said, ...notice(value, config.notices?.cut)])
      )

    const answer = (work: Work<Event>, capabilities: Capabilities): Effect.Effect<Outcome<Message>, never, R> => {
      const turn = new Turn(work.id, work.value, capabilities)
      const began = passages.elapsed()
      let isCut = false
      const cut = () => {
        isCut = true
        typing.end(work.id)
        if (turn.isShown && isOnce(work.value)) return early.breakOff(turn)
        turn.leave()
        return Effect.void
      }
      // a handler may also throw before it has anything to run
      const listen = Effect.suspend((): Effect.Effect<void, HandlerFailed, R> => {
        const replies = options.handler(work.value, work.attempts + 1)
        if (replies === Stream.empty) return Effect.void
        const all = Replies.every(replies, bounds, turn, early)
        // what is there already takes no time, and cannot be cut off
        if (Exit.isExit(replies)) return all
        if (Notices.isAsked(work.value)) typing.begin(turn, began)
        return Effect.onInterrupt(all, cut)
      })
      const heard = turns === undefined ? listen : turns.during(work, listen)
      const traced = tracing === undefined ? heard : tracing.handled(work, heard)
      // what is just being kept early is offered again here and told apart by its id
      return traced.pipe(
        Effect.matchCauseEffect({
          onFailure: (cause) => {
            typing.end(work.id)
            if (!isOnce(work.value) || !turn.begun)
              return Effect.tap(failed(work, cause, turn), (outcome) => passages.failed(work.value, began, outcome))
            suspects.end(work.id, false)
            waiting.over(work.id)
            const said = early.end(turn, false)
            passages.handled(work.value, began, turn.ordinal)
            return cutOff(work, Cause.pretty(cause), said)
          },
          onSuccess: () => {
            typing.end(work.id)
            waiting.over(work.id)
            const said = early.end(turn, isCut)
            passages.handled(work.value, began, turn.ordinal)
            suspects.end(work.id, false)
            return Effect.succeed(done(said))
          }
        })
      )
    }

    const notYet = (cause: string) =>
      Effect.map(Clock.currentTimeMillis, (now) => again(now + backoff(0), { spent: false, cause }))

    /** Whatever the handler does to the process, that it was begun is on record before. */
    const begin = (work: Work<Event>, room: Capabilities): Effect.Effect<Outcome<Message>, never, R> => {
      if (work.attempts >= config.handlerAttempts) {
        const why = `the handler was begun ${work.attempts} times, and the process ended before it did`
        const text = Notices.failed(config.notices, work.value)
        return aside(work, why, [...early.giveUp(work.id), ...notice(work.value, text)])
      }
      if (!suspects.admits(work.id, work.attempts))
        return notYet("another event is tried first that a process may have died of")
      suspects.begin(work.id, work.attempts)
      work.brokenOff(() => {
        suspects.leave(work.id)
        return true
      })
      if (work.begin === unrecorded) return answer(work, room)
      return Effect.matchEffect(work.begin, {
        onFailure: ({ message }) => {
          suspects.leave(work.id)
          return notYet(message)
        },
        onSuccess: () => answer(work, room)
      })
    }

    const isKept = (message: MessageId) => Effect.map(outbox.fate(message), ({ _tag }) => _tag !== "Unknown")

    const heardOf = (event: Event) =>
      Effect.flatMap(isKept(answerId(event, 0)), (is) => (is ? Effect.succeed(is) : isKept(draftId(event, 0))))

    /** A handler that says something else each time runs for an event whose answer nobody has heard of yet. */
    const beginOnce = (work: Work<Event>, room: Capabilities): Effect.Effect<Outcome<Message>, never, R> =>
      isOnce(work.value)
        ? Effect.matchEffect(heardOf(work.value), {
            onFailure: ({ message }) => notYet(message),
            onSuccess: (heardOf) => (heardOf ? cutOff(work, "it was begun before, and did not end") : begin(work, room))
          })
        : begin(work, room)

    const tooOld = (work: Work<Event>, maxAge: Duration.Duration, now: number) => {
      if (now - work.value.at <= Duration.toMillis(maxAge)) return undefined
      const why = `it happened more than ${Duration.format(maxAge)} ago`
      const said = [...early.giveUp(work.id), ...notice(work.value, Notices.expired(config.notices, work.value))]
      return Effect.zipRight(Metric.increment(Passing.tooOld.of()), aside(work, why, said, Effect.logWarning))
    }

    const handle = (work: Work<Event>): Effect.Effect<Outcome<Message>, never, R> => {
      const { account } = work.value.conversation
      const [maxAge, room] = [options.maxAge(account) ?? config.maxAge, options.capabilities(account)]
      // before its account was open it is not known whom an operator let in
      const denial = room === undefined ? undefined : options.denial(work.value)
      if (denial !== undefined) {
        passages.denied(account, [work.value], denial)
        return Effect.succeed(done())
      }
      if (maxAge === undefined && room !== undefined) return beginOnce(work, room)
      return Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const waits = again(now + asleep, { spent: false, cause: "its account has not been opened yet" })
        if (room === undefined) return Effect.succeed(waits)
        return (maxAge === undefined ? undefined : tooOld(work, maxAge, now)) ?? beginOnce(work, room)
      })
    }

    const join =
      config.join === undefined
        ? undefined
        : Joining.make(inbox, config.join, (part, outcome) =>
            outcome._tag === "Dead" ? passages.dead("inbox", part, outcome.reason) : passages.joined(part)
          )
    const handleWhole = join === undefined ? handle : (work: Work<Event>) => join.whole(work, handle)

    /** The turn of an event comes. */
    const turn =
      turns === undefined
        ? handleWhole
        : (work: Work<Event>) =>
            Effect.flatMap(turns.comes(work), (refused) => {
              if (refused === undefined) return handleWhole(work)
              passages.handled(work.value, passages.elapsed(), 0)
              return Effect.succeed(refused)
            })

    const late = (work: Work<Event>) => {
      typing.end(work.id)
      const cause = `no end within ${Duration.format(config.handlerWithin)}`
      return failed(work, Cause.fail(new HandlerFailed({ cause, retryable: false })))
    }

    return yield* inbox.work(turn, {
      concurrency: config.concurrency,
      perGroup: Math.ceil(config.concurrency / 4),
      deadline: {
        within: config.handlerWithin,
        late: join === undefined ? late : (work) => join.asBegun(work, late)
      }
    })
  })
