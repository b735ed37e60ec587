import * as WebSocket from "@effect/platform/Socket"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Acknowledgements from "../../adapter/Acknowledgements.ts"
import { ConnectionLost } from "../../adapter/AdapterError.ts"
import { Answers } from "../../adapter/Answers.ts"
import { Budget, type Limits } from "../../adapter/Budget.ts"
import type { Session } from "../../adapter/Connection.ts"
import * as Heartbeat from "../../adapter/Heartbeat.ts"
import * as Line from "../../adapter/Line.ts"
import type { ResumeStore } from "../../adapter/ResumeStore.ts"
import { type Alive, alive, type Connected, type Received, type Signal } from "../../adapter/Signal.ts"
import type { QQSettings } from "./Config.ts"
import { conversations, type Self, toEvent } from "./Events.ts"
import { type Frame, heartbeat, heartbeatInterval, identify, Opcode, read, ready, resume } from "./Protocol.ts"
import { record, text } from "../../adapter/Fields.ts"
import type { Rest } from "./Rest.ts"
import * as Losses from "./Socket/Losses.ts"
import * as ResumePoints from "./Socket/ResumePoint.ts"
import type { Token } from "./Token.ts"

const callWithin = Duration.seconds(20)
const helloWithin = Duration.seconds(10)
const readyWithin = Duration.seconds(20)

/** QQ counts 1000 a day, shared by all processes of a bot, and one per 5 s. */
const identifies: Limits = { perDay: 900, apart: Duration.seconds(5) }

/** A wait for the budget that is no longer than this is waited for on the line. */
const sleptFor = Duration.seconds(5)

/** What QQ documents, for a Hello that does not say; and what is obeyed at all. */
const usualInterval = Duration.toMillis("45 seconds")
const interval = Duration.clamp({ minimum: "5 seconds", maximum: "2 minutes" })

/** Acks come an interval apart, and are judged by the heartbeat before this runs out. */
const silenceOf = (interval: Duration.Duration) =>
  Duration.sum(interval, Duration.sum(Heartbeat.ackWithin, Duration.seconds(5)))

/**
 * The longest that opening a line takes: token, discovery, upgrade, Hello, a short wait for the budget, READY. Each has its
 * own deadline; this is their sum.
 */
export const openWithin = Duration.seconds(100)

/** A dispatch that has been understood: what it says, and its place in the session. */
type Dispatched = (Alive | Received) & { readonly s: number | undefined }

export interface SocketOptions {
  readonly settings: QQSettings
  readonly token: Token
  readonly rest: Rest
}

/** The sessions of one account: each run opens a line, continues the stored session or begins a new one, and says what it hears. */
export const make = ({
  rest,
  settings,
  token
}: SocketOptions): Effect.Effect<Session, never, ResumeStore | Budget | WebSocket.WebSocketConstructor | Scope.Scope> =>
  Effect.gen(function* () {
    const { account } = settings
    const construct = yield* WebSocket.WebSocketConstructor
    const clock = yield* Effect.clock
    const points = yield* ResumePoints.of(account)
    const purse = yield* Effect.flatMap(Budget, (budget) => budget.of(`qq:identify:${settings.appId}`, identifies))
    const acknowledge = yield* Acknowledgements.make(rest.acknowledge)
    const losses = Losses.make(account, token, points)
    const places = conversations(account)

    const lost = (reason: ConnectionLost["reason"], cause: string, retryAfter?: number) =>
      new ConnectionLost({
        account,
        reason,
        cause,
        resumable: true,
        ...(retryAfter === undefined ? undefined : { retryAfter })
      })

    const call = <A>(what: string, effect: Effect.Effect<A, Parameters<typeof Losses.ofCall>[1]>) =>
      effect.pipe(
        Effect.mapError((failed) => Losses.ofCall(account, failed)),
        Effect.timeoutFail({
          duration: callWithin,
          onTimeout: () => lost("Timeout", `${what} did not answer within ${Duration.format(callWithin)}`)
        })
      )

    const discover = call("gateway discovery", rest.gateway).pipe(
      Effect.tap(({ starts }) => (starts === undefined ? Effect.void : purse.seed(starts))),
      Effect.map(({ url }) => url)
    )

    const affordable = (wait: Duration.Duration) =>
      Duration.lessThanOrEqualTo(wait, sleptFor)
        ? Effect.void
        : lost(
            "Budgeted",
            "no new session may be begun yet: the day's count is kept from running out",
            Duration.toMillis(wait)
          )

    const spend: Effect.Effect<void, ConnectionLost> = Effect.flatMap(purse.take, (wait) =>
      Duration.equals(wait, Duration.zero)
        ? Effect.void
        : Effect.zipRight(
            affordable(wait),
            Effect.delay(
              Effect.suspend(() => spend),
              wait
            )
          )
    )

    const connect = Effect.gen(function* () {
      const stored = yield* points.load
      const credential = yield* call("the token service", token.get)
      const url = settings.gatewayUrl ?? (yield* discover)
      if (Option.isNone(stored)) yield* Effect.flatMap(purse.due, affordable)

      let point = Option.getOrUndefined(stored)
      const known = (id: string | undefined): Self => ({ account, id, conversations: places })
      let self = known(point?.self.id)
      const answers = new Answers()
      // an event is made where its frame is read: what waits to be pulled is a fifth of what was parsed
      const receive = (data: string | Uint8Array): Frame | Alive | Dispatched | undefined => {
        const frame = read(data)
        if (frame?.op === Opcode.HeartbeatAck) {
          answers.note()
          return alive
        }
        if (frame?.t === "READY") self = known(ready(frame.d)?.self.id)
        if (frame?.op !== Opcode.Dispatch || frame.t === "READY" || frame.t === "RESUMED") return frame
        // within about 3 s, so not left to when the gateway pulls
        const interaction = frame.t === "INTERACTION_CREATE" ? text(record(frame.d)["id"]) : undefined
        if (interaction !== undefined) acknowledge(interaction)
        const event = toEvent(frame, self, clock.unsafeCurrentTimeMillis())
        return event === undefined ? { _tag: "Alive", s: frame.s } : { _tag: "Received", event, s: frame.s }
      }
      const line = yield* Effect.provideService(
        Line.open<Frame | Dispatched>({ account, url, receive }),
        WebSocket.WebSocketConstructor,
        construct
      )

      const attempt: Losses.Attempt = {
        token: credential,
        since: yield* Clock.currentTimeNanos,
        sent: "nothing",
        established: false
      }
      let reached = point?.seq ?? 0
      let silence = silenceOf(Duration.millis(usualInterval))
      let patience = helloWithin

      const onHello = (frame: Frame) =>
        Effect.gen(function* () {
          if (attempt.sent !== "nothing") return
          const every = interval(Duration.millis(heartbeatInterval(frame.d) ?? usualInterval))
          silence = silenceOf(every)
          yield* Heartbeat.start(line, {
            account,
            interval: every,
            answers,
            beat: () => line.send(heartbeat(point?.seq))
          })
          if (point === undefined) {
            yield* spend
            attempt.sent = "identify"
            line.send(identify(credential, settings.intents))
          } else {
            attempt.sent = "resume"
            line.send(resume(credential, point.session, point.seq))
          }
          patience = readyWithin
        })

      const connected = (self: Connected["self"], resumed: boolean): Connected => {
        losses.established(attempt)
        return { _tag: "Connected", resumed, self, silence }
      }

      const onReady = (frame: Frame) =>
        Effect.gen(function* () {
          const begun = ready(frame.d)
          if (begun === undefined) return alive
          point = { session: begun.session, seq: frame.s ?? 0, self: begun.self }
          reached = point.seq
          yield* points.save(point)
          return connected(begun.self, false)
        })

      const onFrame = (frame: Frame): Effect.Effect<Signal, ConnectionLost, Scope.Scope> => {
        switch (frame.op) {
          case Opcode.Dispatch:
            if (frame.t === "READY") return onReady(frame)
            return Effect.succeed(point === undefined ? alive : connected(point.self, true))
          case Opcode.Hello:
            return Effect.as(onHello(frame), alive)
          case Opcode.Reconnect:
            return Effect.as(line.lose(lost("Closed", "the platform asked us to come back on a new line")), alive)
          case Opcode.InvalidSession:
            return Effect.as(Effect.flatMap(losses.invalid(attempt, frame.d === true), line.lose), alive)
          default:
            return Effect.succeed(alive)
        }
      }

      const note = (item: Frame | Alive | Dispatched) => {
        if ("s" in item && (item.s ?? 0) > reached) reached = item.s ?? 0
        if ("op" in item ? item.op === Opcode.Dispatch : "s" in item) patience = readyWithin
      }

      /** While a session lasts, nearly all that comes has been understood where it was read. */
      const isUnderstood = (came: Chunk.Chunk<Frame | Alive | Dispatched>): came is Chunk.Chunk<Alive | Dispatched> =>
        attempt.established && Chunk.every(came, (item) => !("op" in item))

      const understand = (came: Chunk.Chunk<Frame | Alive | Dispatched>) => {
        if (isUnderstood(came)) {
          Chunk.forEach(came, note)
          return Effect.succeed(came)
        }
        return Effect.gen(function* () {
          const signals: Array<Signal> = []
          for (const item of Chunk.toReadonlyArray(came)) {
            const signal = "op" in item ? yield* onFrame(item) : item
            note(item)
            // life proves nothing before the platform's own word that we receive
            if (signal._tag !== "Alive" || attempt.established) signals.push(signal)
          }
          return Chunk.unsafeFromArray(signals)
        })
      }

      /** A pull is an acknowledgement: only now is all that was emitted before it known to be kept. */
      const settle = Effect.suspend(() => {
        if (point === undefined || reached <= point.seq) return Effect.void
        point = { ...point, seq: reached }
        return points.save(point)
      })

      const overdue = () =>
        lost(
          "Timeout",
          attempt.sent === "nothing"
            ? `no Hello within ${Duration.format(helloWithin)}`
            : `no answer to ${attempt.sent} within ${Duration.format(readyWithin)}`
        )

      /** Before the session is established, only so much time may pass waiting for the line. */
      const pulled = Effect.suspend(() =>
        attempt.established
          ? line.pull
          : line.pull.pipe(
              Effect.timeoutFail({ duration: patience, onTimeout: overdue }),
              Effect.timed,
              Effect.map(([waited, frames]) => {
                patience = Duration.subtract(patience, waited)
                return frames
              })
            )
      )

      const pull: Effect.Effect<Chunk.Chunk<Signal>, ConnectionLost, Scope.Scope> = settle.pipe(
        Effect.zipRight(pulled),
        Effect.flatMap(understand),
        Effect.flatMap((signals) => (Chunk.isEmpty(signals) ? pull : Effect.succeed(signals)))
      )

      // who pulls is done, and has kept what it was given
      yield* Effect.addFinalizer((exit) => (Exit.isSuccess(exit) ? settle : Effect.void))
      return pull.pipe(
        Effect.catchAll((was) => losses.judge(attempt, was)),
        Effect.mapError(Option.some),
        Stream.repeatEffectChunkOption
      )
    })

    return Stream.unwrap(connect)
  })
