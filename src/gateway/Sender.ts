import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constFalse } from "effect/Function"
import type { Adapter } from "../adapter/Adapter.ts"
import { SendError } from "../adapter/AdapterError.ts"
import type { Capabilities } from "../adapter/Capabilities.ts"
import { again, dead, done, type Outcome, type Work } from "../delivery/KeyedQueue.ts"
import { Outbox } from "../delivery/Outbox.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Message, MessageId } from "../domain/Message.ts"
import type { GatewayConfig } from "./GatewayConfig.ts"
import { Suspects } from "./Suspects.ts"
import * as Receipts from "./Receipts.ts"
import type { Passages } from "./Passages.ts"
import * as Growth from "./Sender/Growth.ts"
import { type Instant, instant, instantOf } from "./Sender/Instant.ts"
import * as ReplyWindow from "./Sender/ReplyWindow.ts"
import * as Traffic from "./Sender/Traffic.ts"
import * as Untaken from "./Sender/Untaken.ts"
import type { Tracing } from "./Tracing.ts"

/** The longest that an adapter may take over one message: a token, a post, another token and another post, twice over. */
const sendWithin = Duration.minutes(4)

/** While an account is down its messages wait to be woken; this is only in case nobody wakes them. */
const asleep = Duration.toMillis(Duration.seconds(30))

/** How long a message waits that may not be said beside another one that is; milliseconds. */
const oneByOne = 250

/** A queue may be so late with what is due, in milliseconds, for it counts in whole ones. */
const overdue = 10

/** Says what the outbox keeps, in order per conversation, within each platform's pace. */
export interface Sender {
  /** Shows what was said of replies that are not whole yet as they grow. */
  readonly growth: Growth.Growth
  /** Never ends; it may be run again after it broke off. */
  readonly run: Effect.Effect<never, never, Outbox>
  /** Succeeds once nothing is due, and nothing will be before `within` has passed that only keeps to the pace. */
  readonly flushed: (within: Duration.Duration) => Effect.Effect<void, never, Outbox>
}

export const make = (options: {
  readonly adapter: (account: AccountId) => Adapter | undefined
  readonly config: GatewayConfig
  readonly passages: Passages
  readonly tracing?: Tracing | undefined
}): Sender => {
  const { passages, tracing } = options
  const traffic = Traffic.make()
  /** what waits for its platform's pace and nothing else, with its time in monotonic milliseconds */
  const paced = new Map<MessageId, number>()

  const show = (message: Message) =>
    Effect.flatMap(instant, ({ elapsed, now }) => {
      const { conversation } = message
      const adapter = options.adapter(conversation.account)
      if (adapter === undefined || !traffic.spare(conversation, adapter.capabilities, elapsed)) return Effect.void
      return Effect.catchAll(adapter.send(message), ({ reason, until = now }) => {
        if (reason === "RateLimited")
          traffic.turnedAway(conversation, adapter.capabilities, elapsed + until - now, elapsed)
        return Effect.void
      })
    }).pipe(Effect.catchAllCause((cause) => Effect.logDebug(`${message.id} was not shown as it grew`, cause)))
  const growth = Growth.make(show)

  const flushed: Sender["flushed"] = (within) =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const end = (yield* instant).elapsed + Duration.toMillis(within)
      for (;;) {
        yield* outbox.idle
        const { elapsed } = yield* instant
        let next = Number.POSITIVE_INFINITY
        // what should have gone long ago, and is not due, is no longer ours to say
        for (const at of paced.values()) if (at < next && at > elapsed - overdue) next = at
        if (next > end) return
        yield* Effect.sleep(Math.max(next - elapsed, 1))
      }
    })

  const run = Effect.gen(function* () {
    const { config } = options
    const outbox = yield* Outbox
    const suspects = new Suspects()

    /** Whether what may have arrived may be said again as it would be now: an answer that is none any more is no repeat. */
    const isRepeatable = (value: Message, capabilities: Capabilities, now: number) =>
      config.resendUncertain ||
      Either.match(ReplyWindow.fit(value, capabilities, now), {
        onLeft: constFalse,
        onRight: capabilities.deduplicates
      })

    /** What became of a message, once whoever wants to know has heard of it. */
    const told = (work: Work<Message>, outcome: Outcome<never>): Effect.Effect<Outcome<never>> => {
      if (outcome._tag !== "Again") suspects.end(work.id, false)
      if (outcome._tag === "Done") return Effect.succeed(outcome)
      const message = `message ${work.id} to ${work.key}`
      if (outcome._tag === "Again") return Effect.as(Effect.logDebug(`${message} waits: ${outcome.cause}`), outcome)
      // nothing is lost with a draft: what takes its place is said by itself
      if (work.value.grows) return Effect.as(Effect.logInfo(`${message} is left out: ${outcome.reason}`), done())
      passages.dead("outbox", work.value, outcome.reason)
      return Effect.as(Effect.logError(`${message} was put aside: ${outcome.reason}`), outcome)
    }

    const failed = (work: Work<Message>, capabilities: Capabilities, error: SendError, repeats = true) =>
      Effect.flatMap(instant, ({ elapsed, now }) => {
        const { attempts, value } = work
        const repeatable = isRepeatable(value, capabilities, now)
        const outcome = Untaken.outcomeOf(error, { attempts, repeats, repeatable, now })
        // it may be woken before that, when its account comes back
        if (error.reason === "RateLimited" && outcome._tag === "Again")
          traffic.turnedAway(value.conversation, capabilities, elapsed + outcome.at - now, elapsed)
        passages.notSent(value, error, outcome)
        return told(work, outcome)
      })

    /** How a message is said now, or what becomes of it instead. */
    const fitting = (
      { attempts, id, value }: Work<Message>,
      capabilities: Capabilities,
      { elapsed, now }: Instant
    ): Either.Either<Message, Outcome<never>> => {
      if (value.edits !== undefined && value.replaces === undefined && !capabilities.edits)
        return Either.left(dead(`${value.conversation.account} cannot change what was said before`))
      if (attempts > 0 && !isRepeatable(value, capabilities, now))
        return Either.left(dead("it may have arrived: its sending broke off, and a repeat would be seen twice"))
      if (attempts >= Untaken.uncertainAttempts)
        return Either.left(dead(`it may have arrived: its sending broke off ${attempts} times`))
      const said = ReplyWindow.fit(value, capabilities, now)
      if (Either.isLeft(said)) return Either.left(dead(said.left))
      if (!suspects.admits(id, attempts))
        return Either.left(
          again(now + oneByOne, { spent: false, cause: "another is tried first that a process may have died of" })
        )
      const free = traffic.take(id, value.conversation, capabilities, elapsed)
      if (free === undefined) return Either.right(said.right)
      // a time of day has no room for less, and what waits for nothing would be asked again and again in the same moment
      const wait = Math.max(Math.ceil(free - elapsed), 1)
      paced.set(id, elapsed + wait)
      return Either.left(again(now + wait, { spent: false, cause: "the platform's pace" }))
    }

    const send = (work: Work<Message>) =>
      Effect.clockWith((clock): Effect.Effect<Outcome<never>> => {
        const instant = instantOf(clock)
        const notYet = (cause: string, wait: number) => told(work, again(instant.now + wait, { spent: false, cause }))
        paced.delete(work.id)
        const { account } = work.value.conversation
        const adapter = options.adapter(account)
        if (adapter === undefined) return notYet(`${account} has no adapter now`, asleep)
        const said = fitting(work, adapter.capabilities, instant)
        if (Either.isLeft(said)) return told(work, said.left)
        let leaves = false
        suspects.begin(work.id, work.attempts)
        work.brokenOff(() => {
          suspects.leave(work.id)
          return !leaves
        })
        return Effect.matchEffect(work.begin, {
          onFailure: ({ message }) => {
            suspects.leave(work.id)
            return notYet(message, Untaken.backoff(0))
          },
          onSuccess: () => {
            leaves = true
            return say(work, said.right, adapter, work.attempts > 0)
          }
        })
      })

    /** What takes the place of a draft does so where that was said and can be changed; else it is said by itself. */
    const replace = (work: Work<Message>, draft: MessageId) =>
      Effect.zipRight(
        growth.end(draft),
        Effect.matchEffect(Receipts.fate(outbox, draft), {
          onFailure: ({ message }) =>
            Effect.flatMap(instant, ({ now }) =>
              told(work, again(now + Untaken.backoff(0), { spent: false, cause: message }))
            ),
          onSuccess: (fate) => {
            const { conversation } = work.value
            const capabilities = options.adapter(conversation.account)?.capabilities
            const changes = capabilities?.edits === true || capabilities?.growth(conversation) !== undefined
            const edits = fate._tag === "Sent" ? fate.receipt.platformId : ""
            return send(changes && edits !== "" ? { ...work, value: { ...work.value, edits } } : work)
          }
        })
      )

    /** A draft that can be changed no more is left as it is; but what may have taken its place is not said beside it. */
    const byItself = (message: Message, error: SendError, repeats: boolean): Message | undefined => {
      const { edits, ...bare } = message
      if (error.reason !== "Rejected" || message.replaces === undefined || edits === undefined) return undefined
      return repeats && !config.resendUncertain ? undefined : bare
    }

    const say = (
      work: Work<Message>,
      message: Message,
      adapter: Adapter,
      repeats: boolean
    ): Effect.Effect<Outcome<never>> => {
      const began = passages.elapsed()
      // an adapter may also throw before it has anything to run
      const send = Effect.suspend(() => adapter.send(message, repeats && !config.resendUncertain))
      const untaken = (error: SendError) => {
        const bare = byItself(message, error, repeats)
        if (bare === undefined) return failed(work, adapter.capabilities, error, repeats)
        return Effect.flatMap(
          Effect.logInfo(`${work.id} cannot take the place of what had grown, and is said by itself: ${error.cause}`),
          () => say({ ...work, value: bare }, bare, adapter, repeats)
        )
      }
      return Effect.matchCauseEffect(tracing === undefined ? send : tracing.sent(work, send), {
        onFailure: (cause) => {
          if (!Cause.isInterrupted(cause)) suspects.end(work.id, true)
          // what has no outcome is put aside by who gave the work
          if (Cause.isDie(cause)) passages.dead("outbox", message, `defect: ${String(Cause.squash(cause))}`)
          return Either.match(Cause.failureOrCause(cause), { onLeft: untaken, onRight: Effect.failCause })
        },
        onSuccess: (receipt) => {
          if (message.grows) growth.said(receipt)
          passages.sent(message, began, receipt)
          return told(work, done([], Receipts.written(receipt)))
        }
      })
    }

    const late = (work: Work<Message>) => {
      suspects.end(work.id, true)
      const error = new SendError({
        messageId: work.id,
        reason: "Uncertain",
        cause: `the adapter gave no answer within ${Duration.format(sendWithin)}`
      })
      const capabilities = options.adapter(work.value.conversation.account)?.capabilities
      return capabilities === undefined ? told(work, dead(error.message)) : failed(work, capabilities, error)
    }

    const deliver = (work: Work<Message>) => {
      const { replaces } = work.value
      return replaces === undefined ? send(work) : replace(work, replaces)
    }

    return yield* outbox.work(deliver, {
      concurrency: config.concurrency,
      perGroup: Math.ceil(config.concurrency / 4),
      deadline: { within: sendWithin, late }
    })
  })
  return { growth, run, flushed }
}
