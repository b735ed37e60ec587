import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Event } from "../../domain/Event.ts"
import { HandlerFailed, type Reply } from "../Handler.ts"
import type { Command, End, Running } from "../Programs.ts"
import type { Programs } from "../Programs.ts"
import type * as Context from "effect/Context"
import * as Environment from "./Environment.ts"
import * as LastWords from "./LastWords.ts"
import * as Output from "./Output.ts"
import type { Hearing, Speech } from "./Speech.ts"

/** Asks a program about an event; ends when it has answered. */
export type Ask = (event: Event, say: (reply: Reply) => void) => Effect.Effect<void, HandlerFailed>

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

/** Starts a program for each event, which is over, with all that it started, when it has answered. */
export const make = (programs: Context.Tag.Service<Programs>, bounds: Bounds, speech: Speech): Effect.Effect<Ask> =>
  Effect.map(Effect.makeSemaphore(bounds.concurrency), (places) => (event, say) => {
    const asked = speech.ask(event)
    if (asked === undefined) return Effect.void
    return Effect.gen(function* () {
      const running = yield* programs.start(bounds.command, { ...bounds.environment, ...Environment.of(event) })
      const lastWords = yield* LastWords.of(running.stderr)
      yield* Effect.forkScoped(Effect.zipRight(running.write(new TextEncoder().encode(asked)), running.close))
      const hearing = speech.hear(say)
      yield* Effect.raceFirst(answered(bounds, running, hearing, lastWords), late(bounds, lastWords))
    }).pipe(
      Effect.catchTag("NotStarted", ({ cause }) => failed(cause, true)),
      Effect.scoped,
      places.withPermits(1)
    )
  })
