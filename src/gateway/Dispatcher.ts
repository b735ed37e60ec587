import * as Arrays from "effect/Array"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
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
import { answerId, type Content, firstNotice, type Message, replyMessage } from "../domain/Message.ts"
import { boundless, parts, type Room } from "../domain/Parts.ts"
import { type Handler, HandlerFailed, isPiece, type Reply } from "../handler/Handler.ts"
import type { GatewayConfig } from "./GatewayConfig.ts"
import * as Passing from "./Metrics/Passing.ts"
import * as Notices from "./Notices.ts"
import { itemOf, noticed } from "./Outgoing.ts"
import type { Passages } from "./Passages.ts"
import type { Tracing } from "./Tracing.ts"
import { Suspects } from "./Suspects.ts"

/** How long a reply may wait for others to be kept together with it. */
const gather = Duration.millis(5)

/** How long a reply that the store refused waits before it is offered again; it is at the latest when its handler ends. */
const refusedPause = Duration.seconds(1)

/** An account that is not open yet wakes its events when it is connected; this is only in case it never is. */
const asleep = Duration.toMillis("30 seconds")

const backoff = (attempts: number): number => Math.min(1000 * 2 ** attempts, 60_000)

/** The replies of one event while its handler runs: numbered, split, and kept either early or together with the end. */
class Turn {
  readonly unkept: Array<Item<Message>> = []
  /** its end settles, or has settled, what is unkept */
  over = false
  /** how many parts have been said */
  ordinal = 0
  /** what has been said of a reply that grows */
  #open: Content | undefined
  constructor(
    readonly event: Event,
    readonly room: Room
  ) {}
  /** something has been said, if only in part */
  get begun(): boolean {
    return this.ordinal > 0 || this.#open !== undefined
  }
  say(reply: Reply): void {
    if (isPiece(reply)) {
      const { format, text } = this.#open ?? { format: reply.format, text: "" }
      this.#open = { format, text: text + reply.piece }
      return
    }
    this.close()
    this.#number(reply)
  }
  /** What has grown is as it is. */
  close(): void {
    const open = this.#open
    this.#open = undefined
    if (open !== undefined && open.text.trim() !== "") this.#number(open)
  }
  #number(content: Content): void {
    for (const part of parts(content, this.room))
      this.unkept.push(itemOf(replyMessage(this.event, this.ordinal++, part)))
  }
}

/** In v3 every effect is also the stream of its one value. */
const isOne = <A, E, R>(answer: Stream.Stream<A, E, R>): answer is Effect.Effect<A, E, R> => Effect.isEffect(answer)

/** Running a stream costs a hundred times what running an effect does, and most handlers have one thing to say, or none. */
const everyReply = <E, R>(
  answer: Stream.Stream<Reply, E, R>,
  say: (replies: Chunk.Chunk<Reply>) => void
): Effect.Effect<void, E, R> => {
  if (answer === Stream.empty) return Effect.void
  if (isOne(answer)) return Effect.map(answer, (reply) => say(Chunk.of(reply)))
  return Stream.runForEachChunk(answer, (replies) => Effect.sync(() => say(replies)))
}

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
  readonly passages: Passages
  readonly tracing?: Tracing | undefined
}): Effect.Effect<never, never, Inbox | Outbox | R | Scope.Scope> =>
  Effect.gen(function* () {
    const { config, passages, tracing } = options
    const inbox = yield* Inbox
    const outbox = yield* Outbox
    const waiting = new Set<Turn>()
    const suspects = new Suspects()
    const some = yield* Effect.makeLatch(false)
    const scope = yield* Effect.scope

    /** Keeps what slow handlers have said so far: each account's in one commit, so that one that is full holds up no other. */
    const keepEarly = Effect.suspend(() => {
      const accounts = Object.values(Arrays.groupBy(waiting, ({ event }) => event.conversation.account))
      waiting.clear()
      some.unsafeClose()
      return Effect.forEach(accounts, keepTogether, { discard: true })
    })
    const keepTogether = (turns: ReadonlyArray<Turn>) =>
      Effect.suspend(() => {
        const counts = turns.map(({ unkept }) => unkept.length)
        return outbox.offer(turns.flatMap(({ unkept }) => unkept)).pipe(
          Effect.tap(() => Effect.sync(() => turns.forEach(({ unkept }, index) => unkept.splice(0, counts[index])))),
          Effect.catchTag("StoreRefused", () => Effect.forkIn(Effect.delay(askAgain(turns), refusedPause), scope)),
          // which of them it is that cannot be kept is found out where its handler ends
          Effect.catchAllDefect((defect) => Effect.logWarning("what handlers said is not kept before they end", defect))
        )
      })
    const askAgain = (turns: ReadonlyArray<Turn>) =>
      Effect.suspend(() => {
        for (const turn of turns) if (!turn.over) waiting.add(turn)
        return some.open
      })
    yield* Effect.forkScoped(
      Effect.forever(Effect.zipRight(Effect.zipRight(some.await, Effect.sleep(gather)), keepEarly))
    )

    const notice = (event: Event, text: string | undefined): ReadonlyArray<Item<Message>> =>
      text === undefined
        ? []
        : noticed(event, firstNotice, text, options.capabilities(event.conversation.account) ?? boundless)

    const aside = (
      { id, key, value }: Work<Event>,
      why: string,
      settles: ReadonlyArray<Item<Message>>,
      log = Effect.logError
    ) => {
      passages.dead("inbox", value, why)
      return Effect.as(log(`event ${id} of ${key} was put aside: ${why}`), dead(why, settles))
    }

    /** `said` is what the handler said last: it is kept before the notice, and with it. */
    const failed = (work: Work<Event>, cause: Cause.Cause<HandlerFailed>, said: ReadonlyArray<Item<Message>>) =>
      Effect.gen(function* () {
        const failure = Option.getOrUndefined(Cause.failureOption(cause))
        const why = failure?.cause ?? Cause.pretty(cause)
        const until = failure?.until
        const hopeless = failure?.retryable === false || work.attempts + 1 >= config.handlerAttempts
        const over = until === undefined && hopeless
        suspects.end(work.id, !over)
        if (until !== undefined) return again(until, { spent: false, cause: why })
        if (over) {
          const text = failure?.silent ? undefined : Notices.failed(config.notices, work.value, failure?.notice)
          return yield* aside(work, why, [...said, ...notice(work.value, text)])
        }
        yield* Effect.logWarning(`the handler failed on event ${work.id} of ${work.key} and is tried again: ${why}`)
        const now = yield* Clock.currentTimeMillis
        const wait = Math.max(backoff(work.attempts), failure?.retryAfter ?? 0)
        return again(now + wait, { spent: true, cause: why })
      })

    /** What was said stays as it is, and whatever `said` has of it beside; another run would say something else. */
    const cutOff = ({ id, key, value }: Work<Event>, why: string, said: ReadonlyArray<Item<Message>> = []) =>
      Effect.as(
        Effect.logWarning(`the answer to event ${id} of ${key} ends where its handler broke off: ${why}`),
        done([...said, ...notice(value, config.notices?.cut)])
      )

    const answer = (work: Work<Event>, room: Room): Effect.Effect<Outcome<Message>, never, R> => {
      const turn = new Turn(work.value, room)
      const began = passages.elapsed()
      const said = (replies: Chunk.Chunk<Reply>) => {
        Chunk.forEach(replies, (reply) => turn.say(reply))
        waiting.add(turn)
        some.unsafeOpen()
      }
      // a handler may also throw before it has anything to run
      const listen = Effect.suspend(() => everyReply(options.handler(work.value), said))
      const over = () => {
        turn.over = true
        waiting.delete(turn)
      }
      const traced = tracing === undefined ? listen : tracing.handled(work, listen)
      // what is just being kept early is offered again here and told apart by its id
      return traced.pipe(
        Effect.matchCauseEffect({
          onFailure: (cause) => {
            const isOpen = options.handler.nondeterministic?.(work.value) === true && turn.begun
            if (isOpen) turn.close()
            if (isOpen) suspects.end(work.id, false)
            const outcome = isOpen ? cutOff(work, Cause.pretty(cause), turn.unkept) : failed(work, cause, turn.unkept)
            return Effect.tap(outcome, (outcome) => {
              if (isOpen) passages.handled(work.value, began, turn.ordinal)
              else passages.failed(work.value, began, outcome)
              if (outcome._tag !== "Again") over()
            })
          },
          onSuccess: () => {
            over()
            turn.close()
            passages.handled(work.value, began, turn.ordinal)
            suspects.end(work.id, false)
            return Effect.succeed(done(turn.unkept))
          }
        })
      )
    }

    const notYet = (cause: string) =>
      Effect.map(Clock.currentTimeMillis, (now) => again(now + backoff(0), { spent: false, cause }))

    /** Whatever the handler does to the process, that it was begun is on record before. */
    const begin = (work: Work<Event>, room: Room): Effect.Effect<Outcome<Message>, never, R> => {
      if (work.attempts >= config.handlerAttempts) {
        const why = `the handler was begun ${work.attempts} times, and the process ended before it did`
        return aside(work, why, notice(work.value, Notices.failed(config.notices, work.value)))
      }
      if (!suspects.admits(work.id, work.attempts))
        return notYet("another event is tried first that a process may have died of")
      suspects.begin(work.id, work.attempts)
      if (work.begin === unrecorded) return answer(work, room)
      return Effect.matchEffect(work.begin, {
        onFailure: ({ message }) => {
          suspects.leave(work.id)
          return notYet(message)
        },
        onSuccess: () => answer(work, room)
        // it is we who cut it off, if only before that was on record, so that nothing is known against it
      }).pipe(
        Effect.onInterrupt(() => {
          suspects.leave(work.id)
          return Effect.ignore(work.giveBack)
        })
      )
    }

    /** A handler that says something else each time runs for an event whose answer nobody has heard of yet. */
    const beginOnce = (work: Work<Event>, room: Room): Effect.Effect<Outcome<Message>, never, R> =>
      options.handler.nondeterministic?.(work.value) !== true
        ? begin(work, room)
        : Effect.matchEffect(outbox.fate(answerId(work.value, 0)), {
            onFailure: ({ message }) => notYet(message),
            onSuccess: ({ _tag }) =>
              _tag === "Unknown" ? begin(work, room) : cutOff(work, "it was begun before, and did not end")
          })

    const tooOld = (work: Work<Event>, maxAge: Duration.Duration, now: number) => {
      if (now - work.value.at <= Duration.toMillis(maxAge)) return undefined
      const why = `it happened more than ${Duration.format(maxAge)} ago`
      return Effect.zipRight(
        Metric.increment(Passing.tooOld.of()),
        aside(work, why, notice(work.value, Notices.expired(config.notices, work.value)), Effect.logWarning)
      )
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

    const late = (work: Work<Event>) =>
      failed(
        work,
        Cause.fail(
          new HandlerFailed({ cause: `no end within ${Duration.format(config.handlerWithin)}`, retryable: false })
        ),
        []
      )

    return yield* inbox.work(handle, {
      concurrency: config.concurrency,
      perGroup: Math.ceil(config.concurrency / 4),
      deadline: { within: config.handlerWithin, late }
    })
  })
