import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { AccountId } from "../domain/Address.ts"
import { ConnectionLost } from "./AdapterError.ts"
import type { Answers } from "./Answers.ts"
import type { Line } from "./Line.ts"

/** How long the answer to a protocol's heartbeat may take. */
export const ackWithin = Duration.seconds(10)

const pingEvery = Duration.seconds(10)
const pongWithin = Duration.seconds(15)

interface Question {
  readonly ask: () => void
  readonly answers: Answers
  readonly every: Duration.Duration
  readonly within: Duration.Duration
  /** silence counts only on a line that has answered before: not every server answers pings */
  readonly believed: () => boolean
  readonly what: string
}

/** Asks again and again; fails when an answer that was due did not come although the line was being read. */
const keepAsking = <A>(account: AccountId, line: Line<A>, question: Question): Effect.Effect<never, ConnectionLost> => {
  const { answers, ask, believed, every, what, within } = question
  const late = Duration.subtract(within, every)
  const rest = Duration.subtract(every, within)
  return Effect.gen(function* () {
    const read = line.watch()
    answers.missing = true
    ask()
    yield* Effect.sleep(Duration.min(every, within))
    if (answers.missing) yield* Effect.sleep(late)
    if (answers.missing && believed() && read()) {
      return yield* new ConnectionLost({
        account,
        reason: "Silent",
        cause: `no ${what} within ${Duration.format(within)}`,
        resumable: true
      })
    }
    yield* Effect.sleep(rest)
  }).pipe(Effect.forever)
}

/** A protocol's own heartbeat: `beat` says it, and whoever reads the answer notes it in `answers`. */
export interface Heartbeat {
  readonly account: AccountId
  readonly interval: Duration.Duration
  readonly beat: () => void
  readonly answers: Answers
}

/**
 * Keeps asking a line whether it lives, until its scope closes, and gives it up as `Silent`, resumable, when it does not
 * answer: within the interval and 10 s, or within 25 s where the other side answers WebSocket pings (F08, F10).
 */
export const start = <A>(line: Line<A>, heartbeat: Heartbeat): Effect.Effect<void, never, Scope.Scope> => {
  const { account, answers, beat, interval } = heartbeat
  const beats = Effect.random.pipe(
    Effect.flatMap((random) => random.next),
    // the first beat comes at a random moment, so that lines opened together do not beat together
    Effect.flatMap((drawn) => Effect.sleep(Duration.millis(Math.round(drawn * Duration.toMillis(interval))))),
    Effect.zipRight(
      keepAsking(account, line, {
        ask: beat,
        answers,
        every: interval,
        within: Duration.min(ackWithin, interval),
        believed: () => true,
        what: "answer to a heartbeat"
      })
    )
  )
  const pings =
    line.ping === undefined
      ? Effect.never
      : keepAsking(account, line, {
          ask: line.ping,
          answers: line.pongs,
          every: pingEvery,
          within: pongWithin,
          believed: () => line.pongs.ever,
          what: "answer to a ping"
        })
  return Effect.raceFirst(beats, pings).pipe(Effect.catchAll(line.lose), Effect.forkScoped, Effect.asVoid)
}
