import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Event } from "../../domain/Event.ts"
import type { Downloads } from "../Downloads.ts"
import { HandlerFailed, type HandlerHealth, type Reply } from "../Handler.ts"
import type { Command, End, NotStarted, Programs, Running } from "../Programs.ts"
import * as Environment from "./Environment.ts"
import * as LastWords from "./LastWords.ts"
import * as Output from "./Output.ts"
import type { Hearing, Speech } from "./Speech.ts"

/** Asks a program about an event, for the first time or another; ends when it has answered. */
export type Ask = (
  event: Event,
  attempt: number,
  say: (reply: Reply) => void
) => Effect.Effect<void, HandlerFailed, Downloads>

/** A program that can be asked, and whether it is there to be. */
export interface Asked {
  readonly ask: Ask
  readonly health: Effect.Effect<HandlerHealth>
}

/** A program, and what bounds it. */
export interface Bounds {
  /** what it is called in logs */
  readonly name: string
  readonly command: Command
  /** what it sees beside what it is told of the event */
  readonly environment: Readonly<Record<string, string>>
  /** how long it may take to answer */
  readonly within: Duration.Duration
  /** how many bytes it may write in answer to one event */
  readonly output: number
  /** how many events it is asked about at once */
  readonly concurrency: number
}

/** Codes with which trying again is of no use. Sources: sysexits.h; POSIX, 2.8.2 Exit Status for Commands */
const hopeless: ReadonlySet<number> = new Set([64, 65, 77, 78, 126, 127])

const well = (end: End): boolean => end._tag === "Exited" && end.code === 0

const failed = (cause: string, retryable: boolean) => new HandlerFailed({ cause, retryable })

/** The answer of a program that is read until it ends. */
const answered = ({ name, output }: Bounds, running: Running, hearing: Hearing, lastWords: Effect.Effect<string>) =>
  Effect.gen(function* () {
    let read = 0
    yield* Output.read(running, (bytes) => {
      read += bytes.length
      if (read > output) return failed(`${name} wrote more than ${output} bytes in answer to one event`, false)
      return hearing.hear(bytes) ?? Effect.void
    })
    const end = yield* running.end
    if (well(end)) return yield* hearing.end() ?? Effect.void
    const cause = Output.told(name, end, yield* lastWords)
    return yield* failed(cause, end._tag === "Killed" || !hopeless.has(end.code))
  })

const late = ({ name, within }: Bounds, lastWords: Effect.Effect<string>) =>
  Effect.gen(function* () {
    yield* Effect.sleep(within)
    const said = yield* lastWords
    const cause = `${name} did not answer within ${Duration.format(within)}, and was ended`
    return yield* failed(said === "" ? cause : `${cause}; the last it said: ${said}`, false)
  })

/** How long a program is left alone that cannot be started: to try is work too, and many may wait. */
const pause = Duration.seconds(1)

/** Whether the program can be started, as of the last time that it was to be: that it cannot is no fault of any event. */
const starting = (name: string) =>
  Effect.map(Clock.currentTimeMillis, (since) => {
    let health: HandlerHealth = { handler: name, state: "working", since }
    const well = Effect.suspend(() => {
      if (health.state === "working") return Effect.void
      return Effect.flatMap(Clock.currentTimeMillis, (since) => {
        health = { handler: name, state: "working", since }
        return Effect.logInfo(`${name} can be started again`)
      })
    })
    const away = (cause: string, until: number) => new HandlerFailed({ cause, retryable: true, until })
    const ill = ({ cause }: NotStarted) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const next = now + Duration.toMillis(pause)
        const first = health.state === "working"
        health = { handler: name, state: "failing", since: first ? now : health.since, cause, next }
        if (first)
          yield* Effect.logWarning(
            `${name} cannot be started: ${cause}; what is heard waits, and it is tried every ${Duration.format(pause)}`
          )
        return yield* away(cause, next)
      })
    return {
      health: Effect.sync(() => health),
      of: <A, R>(start: Effect.Effect<A, NotStarted, R>): Effect.Effect<A, HandlerFailed, R> =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const { cause = "", next = 0, state } = health
          if (state === "failing" && now < next) return away(cause, next)
          // who comes first tries, and the others wait for that
          if (state === "failing") health = { ...health, next: now + Duration.toMillis(pause) }
          return start.pipe(Effect.tap(well), Effect.catchTag("NotStarted", ill))
        })
    }
  })

/** Starts a program for each event, which is over, with all that it started, when it has answered. */
export const make = (programs: Context.Tag.Service<Programs>, bounds: Bounds, speech: Speech): Effect.Effect<Asked> =>
  Effect.gen(function* () {
    const places = yield* Effect.makeSemaphore(bounds.concurrency)
    const { health, of } = yield* starting(bounds.name)
    const about = (event: Event, asked: string, say: (reply: Reply) => void) =>
      Effect.gen(function* () {
        const environment = { ...bounds.environment, ...Environment.of(event) }
        const running = yield* of(programs.start(bounds.command, environment))
        const lastWords = yield* LastWords.of(running.stderr)
        yield* Effect.forkScoped(Effect.zipRight(running.write(new TextEncoder().encode(asked)), running.close))
        const hearing = speech.hear(say)
        yield* Effect.raceFirst(answered(bounds, running, hearing, lastWords), late(bounds, lastWords))
      }).pipe(Effect.scoped, places.withPermits(1))
    return {
      health,
      ask: (event, attempt, say) => {
        const asked = speech.ask(event, attempt)
        return asked === undefined ? Effect.void : about(event, asked, say)
      }
    }
  })
