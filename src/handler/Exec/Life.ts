import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { Event } from "../../domain/Event.ts"
import type { Downloads } from "../Downloads.ts"
import { HandlerFailed, type Reply } from "../Handler.ts"
import type { NotStarted, Programs, Running } from "../Programs.ts"
import * as Wire from "../Wire.ts"
import { Askings } from "./Askings.ts"
import * as Fetched from "./Fetched.ts"
import * as LastWords from "./LastWords.ts"
import { Lines } from "./Lines.ts"
import type { Bounds } from "./Once.ts"
import * as Output from "./Output.ts"

/** The program ended before it had answered; `alone`: it was asked about nothing else. */
export class Died extends Data.TaggedError("Died")<{ readonly why: string; readonly alone: boolean }> {}

/** A program from its start to its end, asked about many events side by side. */
export interface Life {
  readonly ask: (
    event: Event,
    attempt: number,
    say: (reply: Reply) => void
  ) => Effect.Effect<void, HandlerFailed | Died, Downloads>
  /** Waits for its end, and says why it came. */
  readonly over: Effect.Effect<string>
}

/** What is asked about an event, by a number of its own. */
const question = (id: number, event: Event, attempt: number): string =>
  `{"id":${id},${Wire.told(event, attempt).slice("{".length)}`

const cancelled = (id: number): string => JSON.stringify({ id, cancel: true })

/** How long a program that has closed its output may take to end. */
const patience = Duration.seconds(1)

/** Hands on the lines that a program writes until it ends, or writes one without end, and says why that was all. */
const reading = (
  { name, output }: Bounds,
  running: Running,
  lastWords: Effect.Effect<string>,
  hear: (line: string) => Effect.Effect<void>
): Effect.Effect<string, never, Scope.Scope> => {
  const lines = new Lines()
  return Output.read(running, (bytes) =>
    Effect.zipRight(
      Effect.forEach(lines.push(bytes), hear, { discard: true }),
      Effect.suspend(() =>
        lines.pending > output ? Effect.fail(`${name} wrote a line longer than ${output} bytes`) : Effect.void
      )
    )
  ).pipe(
    Effect.zipRight(Effect.timeoutOption(running.end, patience)),
    Effect.flatMap(
      Option.match({
        onNone: () => Effect.succeed(`${name} closed its output`),
        onSome: (end) => Effect.map(lastWords, (words) => Output.told(name, end, words))
      })
    ),
    Effect.merge
  )
}

/** Starts a program that is asked by lines of JSON, for as long as the scope lasts; `onAnswer` runs whenever it answers anything. */
export const begin = (
  programs: Context.Tag.Service<Programs>,
  bounds: Bounds,
  onAnswer: Effect.Effect<void>
): Effect.Effect<Life, NotStarted, Scope.Scope> =>
  Effect.gen(function* () {
    const { name, within } = bounds
    const running = yield* programs.start(bounds.command, bounds.environment)
    const lastWords = yield* LastWords.of(running.stderr)
    const over = yield* Deferred.make<never, Died>()
    const writing = yield* Effect.makeSemaphore(1)
    const scope = yield* Effect.scope
    const askings = new Askings(bounds, onAnswer)
    const bytes = new TextEncoder()
    /** lines that were heard */
    let signs = 0

    const write = (line: string) => writing.withPermits(1)(running.write(bytes.encode(`${line}\n`)))
    const fetched = yield* Fetched.make(write)
    const hear = (line: string) => {
      signs++
      return askings.hear(line)
    }
    const die = (why: string, alone: boolean) => Deferred.fail(over, new Died({ why, alone }))
    // what it was asked about when it ended, it may have ended of
    yield* Effect.forkScoped(
      Effect.flatMap(reading(bounds, running, lastWords, hear), (why) => die(why, askings.size === 1))
    )

    const cancel = (id: number) =>
      Effect.suspend(() =>
        askings.close(id)
          ? // one that reads nothing is not told, however long it lives
            Effect.forkIn(Effect.interruptible(Effect.timeoutOption(write(cancelled(id)), within)), scope)
          : Effect.void
      )

    return {
      over: Effect.catchAll(Deferred.await(over), ({ why }) => Effect.succeed(why)),
      ask: (event, attempt, say) =>
        Effect.gen(function* () {
          const before = signs
          const cause = `${name} did not answer within ${Duration.format(within)}`
          const late = new HandlerFailed({ cause, retryable: false })
          const answered = yield* Deferred.make<void, HandlerFailed>()
          const id = askings.open({ say, fetch: yield* fetched(event) }, answered)
          yield* Effect.zipRight(write(question(id, event, attempt)), Deferred.await(answered)).pipe(
            Effect.raceFirst(Effect.delay(late, within)),
            Effect.raceFirst(Deferred.await(over)),
            Effect.ensuring(cancel(id)),
            // where nothing at all was heard meanwhile, it hangs, whatever it is asked
            Effect.tapError((error) =>
              error === late && signs === before
                ? die(`${cause}, and said nothing at all meanwhile`, false)
                : Effect.void
            )
          )
        }).pipe(Effect.scoped)
    }
  })
