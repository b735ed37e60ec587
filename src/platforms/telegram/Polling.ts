import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type AdapterFatal, ConnectionLost } from "../../adapter/AdapterError.ts"
import type { ButtonData } from "../../adapter/ButtonData.ts"
import type { Session } from "../../adapter/Connection.ts"
import type { ResumeStore } from "../../adapter/ResumeStore.ts"
import { alive, received, type Signal } from "../../adapter/Signal.ts"
import type { Event } from "../../domain/Event.ts"
import type { TelegramSettings } from "./Config.ts"
import type { Self } from "./Events.ts"
import * as Losses from "./Losses.ts"
import * as Albums from "./Polling/Albums.ts"
import * as GetUpdates from "./Polling/GetUpdates.ts"
import * as ResumePoints from "./Polling/ResumePoint.ts"
import * as Rivals from "./Polling/Rivals.ts"
import * as Witness from "./Polling/Witness.ts"
import type { Update } from "./Protocol.ts"
import { authCode } from "./Protocol/AuthCodes.ts"
import { me, type Rest, type RestFailed } from "./Rest.ts"
import type { Moved } from "./Send/Moved.ts"
import * as Updates from "./Updates.ts"

/** Telegram holds no poll longer: https://core.telegram.org/bots/api#getupdates */
const longestPoll = 50

/** What a poll may take longer than Telegram was asked to hold it, to the last byte. */
const grace = Duration.seconds(5)

/** The first poll of a line is not held: that it is answered is what tells that we listen. A backlog may come with it. */
const firstWithin = Duration.seconds(20)

/** Between the beginnings of polls that brought nothing new, whatever answers them. */
const floor = Duration.millis(250)

/** The parts of an album arrive one by one, about this close together. */
const albumWithin = Duration.seconds(1)

/** How often it is written down that polls are answered, when nothing else is. */
const noted = Duration.toMillis("10 minutes")

/** The longest that opening a line takes: six calls of 20 s, with a webhook that is in the way, and appears again. */
export const openWithin = Duration.seconds(120)

/** What one poll brought, and when, in Unix milliseconds. */
interface Answered {
  readonly at: number
  readonly batch: ReadonlyArray<Update>
}

export interface PollingOptions {
  readonly settings: TelegramSettings
  readonly rest: Rest
  readonly moved: Moved
  readonly data: ButtonData
}

/** The sessions of one account that polls: each run asks who the bot is and whether it may be polled, and goes on from the stored offset. */
export const make = ({ data, moved, rest, settings }: PollingOptions): Effect.Effect<Session, never, ResumeStore> =>
  Effect.gen(function* () {
    const { account } = settings
    const points = yield* ResumePoints.of(settings)
    const stolen = Effect.flatMap(
      points.load,
      Option.match({ onNone: () => Effect.void, onSome: ({ offset }) => points.save({ offset }) })
    )
    const rivals = Rivals.make(rest, settings, stolen)
    const held = Duration.seconds(
      Math.min(longestPoll, Math.max(1, Math.floor(Duration.toSeconds(settings.pollTimeout))))
    )
    const silence = Duration.sum(held, grace)

    const connect = Effect.gen(function* () {
      const bot = yield* Effect.mapError(me(rest), (failed) => Losses.ofCall(account, failed))
      const before = yield* rivals.unhook
      const self: Self = { account, id: bot.self.id, username: bot.username }
      const witness = yield* Witness.make(rest)
      const read = yield* Updates.reader(rest, moved, self)

      let point = Option.getOrElse(yield* points.load, () => ResumePoints.start)
      const resumed = ResumePoints.continues(point, yield* Clock.currentTimeMillis)
      /** when the last poll was answered, in Unix milliseconds */
      let answered: number | undefined
      /** where the next poll begins, once it is asked for */
      let cursor = point.offset
      /** where the last answered poll began: Telegram has forgotten what came before */
      let confirmed = point.offset
      let album: Albums.Album | undefined
      let newest: number | undefined
      let idle = false
      let over = false
      let began = yield* Clock.currentTimeNanos
      let connected: bigint | undefined

      const poll = (held: Duration.Duration, within: Duration.Duration) =>
        Effect.gen(function* () {
          began = yield* Clock.currentTimeNanos
          const { offset } = point
          const batch = yield* GetUpdates.poll(rest, { offset, held, within })
          confirmed = offset
          const at = yield* Clock.currentTimeMillis
          answered = at
          return { at, batch }
        })

      const judge = (failed: RestFailed): Effect.Effect<never, ConnectionLost | AdapterFatal> => {
        // our own confirmation may end our own poll
        if (over) return Effect.never
        if (authCode(failed.status)?.action !== "conflict") return Effect.fail(Losses.ofCall(account, failed))
        return Effect.flatMap(Clock.currentTimeNanos, (now) =>
          rivals.judge(failed, Duration.nanos(now - (connected ?? now)))
        )
      }

      const heed = (seen: Witness.Testimony): Effect.Effect<void, ConnectionLost | AdapterFatal> => {
        switch (seen._tag) {
          case "Well":
            return Effect.void
          case "Hooked":
            return rivals.hooked
          case "Deaf":
            return new ConnectionLost({
              account,
              reason: "Silent",
              cause: `Telegram says that updates wait for us (${seen.pending}), and our polls bring none of them`,
              resumable: true
            })
        }
      }

      /** A pull is an acknowledgement: only now is all that was emitted before it known to be kept. */
      const settle = Effect.suspend(() => {
        if (answered === undefined) return Effect.void
        if (cursor === point.offset && answered - (point.at ?? Number.NEGATIVE_INFINITY) < noted) return Effect.void
        point = { offset: cursor, at: answered }
        // in that order: what was heard is not heard again once the offset has moved on
        return Effect.zipRight(moved.kept, points.save(point))
      })

      const pause = Effect.flatMap(Clock.currentTimeNanos, (now) =>
        idle ? Effect.sleep(Duration.subtract(floor, Duration.nanos(now - began))) : Effect.void
      )

      const ask = Effect.suspend(() => {
        if (connected === undefined) return poll(Duration.zero, firstWithin)
        if (album !== undefined) return Effect.delay(poll(Duration.zero, grace), albumWithin)
        return Effect.zipRight(pause, poll(held, silence))
      })

      const understand = ({ at, batch }: Answered): ReadonlyArray<Event> => {
        const last = batch.at(-1)?.id ?? album?.parts.at(-1)?.id
        const news = last !== undefined && last !== newest
        if (news) witness.hears()
        idle = connected !== undefined && !news
        newest = last ?? newest
        const { open, whole } = Albums.sort(batch, album)
        album = open
        // never the greatest: after a quiet week Telegram counts from somewhere else
        cursor = open?.parts[0]?.id ?? (last === undefined ? cursor : last + 1)
        return Albums.understand(whole, (update) => read(update, at))
      }

      const told = (events: ReadonlyArray<Event>): ReadonlyArray<Signal> =>
        events.length === 0 ? [alive] : events.map(received)

      // what waited may be what we have just confirmed; what still waits is not given to us
      const trust = Effect.suspend(() =>
        before.pending > 0 && newest === undefined ? Effect.flatMap(witness.doubt, heed) : Effect.void
      )

      const establish = (
        signals: ReadonlyArray<Signal>
      ): Effect.Effect<ReadonlyArray<Signal>, ConnectionLost | AdapterFatal> => {
        if (connected !== undefined) return Effect.succeed(signals)
        return Effect.map(Effect.zipRight(trust, Clock.currentTimeNanos), (now) => {
          connected = now
          return [{ _tag: "Connected", resumed, self: bot.self, silence }, ...signals]
        })
      }

      const pull: Effect.Effect<Chunk.Chunk<Signal>, ConnectionLost | AdapterFatal, Scope.Scope> = settle.pipe(
        Effect.zipRight(Effect.flatMap(witness.ask, heed)),
        Effect.zipRight(Effect.catchAll(ask, judge)),
        Effect.flatMap((answered) => Updates.allRecalled(data, understand(answered))),
        Effect.flatMap((events) => establish(told(events))),
        Effect.map(Chunk.unsafeFromArray)
      )

      // after a loss the next line goes on from where this one was
      yield* Effect.addFinalizer((exit) => {
        over = true
        const clean = Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)
        // who pulls is done, and has kept what it was given
        return Effect.zipRight(
          Exit.isSuccess(exit) ? settle : Effect.void,
          Effect.suspend(() =>
            clean && point.offset !== confirmed ? GetUpdates.confirm(rest, point.offset) : Effect.void
          )
        )
      })
      return Stream.repeatEffectChunkOption(Effect.mapError(pull, Option.some))
    })

    return Stream.unwrap(connect)
  })
