import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AccountId } from "../domain/Address.ts"
import { AdapterFatal, ConnectionLost } from "./AdapterError.ts"
import * as Reader from "./Reader.ts"
import { listening, type RetryPolicy, schedule, stepper } from "./RetryPolicy.ts"
import type { Connected, Signal } from "./Signal.ts"
import * as Stability from "./Stability.ts"
import { awaitBounded, closeDetached } from "./Teardown.ts"

/** One line to a platform, from opening to loss; what belongs to the line lives in the scope. */
export type Session = Stream.Stream<Signal, ConnectionLost | AdapterFatal, Scope.Scope>

/** How a listen loop bears the loss of its line. */
export interface ConnectionPolicy {
  readonly retry: Schedule.Schedule<unknown, ConnectionLost>
  /** how many waits that the platform asked for are obeyed in a row */
  readonly waits: number
  /** a line that lasted this long gives the retry budget back */
  readonly stableAfter: Duration.Duration
  /** the longest pause between two signs of progress before `Connected`; after it, what `Connected` itself says */
  readonly openWithin: Duration.Duration
  readonly stability: Stability.Record
}

/** What may be said about a listen loop from outside. */
export interface ListenOptions {
  /** a `RetryPolicy`, `listening` by default, or any other `Schedule` */
  readonly retry?: RetryPolicy | Schedule.Schedule<unknown, ConnectionLost> | undefined
  /** 10 by default */
  readonly waits?: number | undefined
  /** a minute by default */
  readonly stableAfter?: Duration.Duration | undefined
}

/** How long a line must last to be called stable, unless told otherwise. */
export const stableAfter = Duration.minutes(1)

/** The policy of a listen loop, with every default applied. */
export const policy = (
  { retry = listening, waits = 10, ...options }: ListenOptions,
  line: Pick<ConnectionPolicy, "openWithin" | "stability">
): ConnectionPolicy => ({
  ...line,
  retry: Schedule.isSchedule(retry) ? retry : schedule(retry),
  waits,
  stableAfter: options.stableAfter ?? stableAfter
})

/** A platform's wish to be left alone is obeyed for this long at most; then it is asked again. */
export const longestWait = Duration.minutes(15)

/** Nor is it believed that it wants to be asked again at once. */
const shortestWait = Duration.seconds(1)

/** The pause before a session that cannot be continued is followed by a new one. */
const freshSession = Duration.seconds(1)

type Line = Reader.Reader<Chunk.Chunk<Signal>, Option.Option<ConnectionLost | AdapterFatal>>

type Phase =
  | { readonly _tag: "Waiting"; readonly delay: Duration.Duration }
  | { readonly _tag: "Opening" }
  | { readonly _tag: "Open"; readonly line: Line; readonly scope: Scope.CloseableScope; readonly connected: boolean }

type Open = Extract<Phase, { readonly _tag: "Open" }>

/**
 * Turns a session that may lose its line into a loop that can only fail for good. It is driven by its consumer's pulls
 * alone: each pull reads the line, waits, or opens the next one, so nothing is read ahead and a pull stays an
 * acknowledgement. A lost line is announced, with the time of the next attempt, before anything is waited for.
 */
export const listen = (
  account: AccountId,
  session: Session,
  policy: ConnectionPolicy
): Stream.Stream<Signal, AdapterFatal> =>
  Stream.fromPull(
    Effect.gen(function* () {
      const retry = yield* stepper(policy.retry)
      let phase: Phase = { _tag: "Waiting", delay: Duration.zero }
      let closing: Fiber.Fiber<void> | undefined
      let attempts = 0
      let waits = 0

      // in one piece: an interruption between its steps would leave the line to nobody
      const close = (exit: Exit.Exit<unknown, unknown>) =>
        Effect.uninterruptible(
          Effect.suspend(() => {
            if (phase._tag !== "Open") return Effect.void
            const { scope } = phase
            phase = { _tag: "Opening" }
            return Effect.map(closeDetached(scope, exit), (fiber) => {
              closing = fiber
            })
          })
        )

      const closed = Effect.suspend(() => {
        const last = closing
        closing = undefined
        return last === undefined ? Effect.void : awaitBounded(last)
      })

      const exhausted = (lost: ConnectionLost) =>
        new AdapterFatal({
          account,
          reason: "Exhausted",
          retryable: true,
          attempts: attempts + waits,
          lastCause: lost.message,
          remedy: "None needed: the gateway opens a fresh adapter and goes on for as long as it takes."
        })

      /** How long to wait after a loss; none when the budget that it is charged to is spent. */
      const charge = (lost: ConnectionLost): Effect.Effect<Option.Option<Duration.Duration>> => {
        const asked = Duration.min(Duration.millis(lost.retryAfter ?? 0), longestWait)
        if (lost.reason === "Expired") return Effect.succeedSome(freshSession)
        if (lost.reason === "Held" || lost.reason === "Budgeted") return Effect.succeedSome(asked)
        if (lost.retryAfter !== undefined) {
          waits += 1
          return Effect.succeed(waits > policy.waits ? Option.none() : Option.some(Duration.max(asked, shortestWait)))
        }
        attempts += 1
        return retry.next(lost)
      }

      const lost = (cause: ConnectionLost) =>
        Effect.gen(function* () {
          yield* close(Exit.fail(cause))
          const ours = cause.reason === "Held"
          if (yield* policy.stability.lost(policy.stableAfter, ours)) {
            attempts = 0
            waits = 0
            yield* retry.reset
          }
          const flapping = yield* policy.stability.flapping
          const charged = yield* charge(cause)
          if (Option.isNone(charged)) return yield* Effect.fail(Option.some(exhausted(cause)))
          const delay = flapping ? Duration.max(charged.value, Stability.flappingDelay) : charged.value
          const now = yield* Clock.currentTimeMillis
          phase = { _tag: "Waiting", delay }
          const until = now + Duration.toMillis(delay)
          return Chunk.of<Signal>({ _tag: "Disconnected", cause, attempt: attempts, until, flapping })
        })

      const wait = (delay: Duration.Duration) =>
        Effect.gen(function* () {
          yield* Effect.sleep(delay)
          yield* closed
          const now = yield* Clock.currentTimeMillis
          phase = { _tag: "Opening" }
          const until = now + Duration.toMillis(policy.openWithin)
          return Chunk.of<Signal>({ _tag: "Connecting", attempt: attempts + 1, until })
        })

      const silent = (silence: Duration.Duration) =>
        Option.some(
          new ConnectionLost({
            account,
            reason: "Silent",
            cause: `no sign of life for ${Duration.format(silence)}`,
            resumable: true
          })
        )

      const open = Effect.uninterruptible(
        Effect.gen(function* () {
          const scope = yield* Scope.make()
          // for the fiber that reads, not for each pull
          const line: Line = yield* Stream.toPull(session).pipe(
            Effect.flatMap((pull) => Reader.make(pull, silent)),
            Scope.extend(scope)
          )
          yield* line.expect(policy.openWithin)
          phase = { _tag: "Open", line, scope, connected: false }
        })
      )

      const establish = (open: Open, signals: Chunk.Chunk<Signal>) => {
        const connected = Chunk.findFirst(signals, (signal): signal is Connected => signal._tag === "Connected")
        if (Option.isNone(connected)) return Effect.void
        phase = { ...open, connected: true }
        return Effect.zipRight(open.line.expect(connected.value.silence), policy.stability.connected)
      }

      const read = (open: Open) =>
        open.line.next.pipe(
          Effect.tap((signals) => (open.connected ? Effect.void : establish(open, signals))),
          Effect.catchAll((failure) => {
            const cause = Option.getOrElse(
              failure,
              () => new ConnectionLost({ account, reason: "Ended", cause: "the session ended", resumable: true })
            )
            return cause._tag === "ConnectionLost" ? lost(cause) : Effect.fail(Option.some(cause))
          })
        )

      const next: Effect.Effect<Chunk.Chunk<Signal>, Option.Option<AdapterFatal>> = Effect.suspend(() => {
        switch (phase._tag) {
          case "Waiting":
            return wait(phase.delay)
          case "Opening":
            return Effect.zipRight(open, next)
          case "Open":
            return read(phase)
        }
      })

      yield* Effect.addFinalizer((exit) => Effect.zipRight(close(exit), closed))
      return next
    })
  )
