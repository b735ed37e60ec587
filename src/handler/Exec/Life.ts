import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Event } from "../../domain/Event.ts"
import { HandlerFailed, type Reply } from "../Handler.ts"
import type { NotStarted, Programs } from "../Programs.ts"
import * as Wire from "../Wire.ts"
import * as LastWords from "./LastWords.ts"
import { Lines } from "./Lines.ts"
import type { Bounds } from "./Once.ts"
import * as Output from "./Output.ts"
import * as Said from "./Said.ts"

/** The program ended before it had answered; `alone`: it was asked about nothing else. */
export class Died extends Data.TaggedError("Died")<{ readonly why: string; readonly alone: boolean }> {}

/** A program from its start to its end, asked about many events side by side. */
export interface Life {
  readonly ask: (event: Event, say: (reply: Reply) => void) => Effect.Effect<void, HandlerFailed | Died>
  /** Waits for its end, and says why it came. */
  readonly over: Effect.Effect<string>
}

const cancelled = Schema.encodeSync(Schema.parseJson(Schema.Struct({ id: Schema.Int, cancel: Schema.Literal(true) })))

/** What is asked about an event, by a number of its own. */
const question = (id: number, event: Event): string => `{"id":${id},${Wire.told(event).slice("{".length)}`

/** Which question a line is about, and whether that was all about it. */
const about = Schema.decodeUnknownOption(
  Schema.Struct({ id: Schema.Int, done: Schema.optionalWith(Schema.Boolean, { default: () => false }) })
)

/** A line that says that an answer ends need not say anything else. */
const silent = (given: unknown): boolean =>
  typeof given === "object" && given !== null && Object.keys(given).every((key) => key === "id" || key === "done")

interface Asking {
  readonly say: (reply: Reply) => void
  readonly answered: Deferred.Deferred<void, HandlerFailed>
  /** letters of its answer until now */
  length: number
}

const unfit = (cause: string) => new HandlerFailed({ cause, retryable: false })

/** What a line of so many letters means to the event that it is about: more of its answer, or that there is none. */
const heard = (asking: Asking, given: unknown, length: number, { name, output }: Bounds): HandlerFailed | undefined => {
  asking.length += length
  if (asking.length > output) return unfit(`${name} wrote more than ${output} bytes in answer to one event`)
  if (silent(given)) return undefined
  const reply = Said.read(given)
  if (Either.isLeft(reply)) return unfit(`${name} wrote a line that is not understood: ${reply.left}`)
  if (reply.right instanceof HandlerFailed) return reply.right
  if (reply.right !== undefined) asking.say(reply.right)
  return undefined
}

/** Starts a program that is asked by lines of JSON, for as long as the scope lasts; `onHeard` is told of each sign of life. */
export const begin = (
  programs: Context.Tag.Service<Programs>,
  bounds: Bounds,
  onHeard: Effect.Effect<void>
): Effect.Effect<Life, NotStarted, Scope.Scope> =>
  Effect.gen(function* () {
    const { name, output, within } = bounds
    const running = yield* programs.start(bounds.command, bounds.environment)
    const lastWords = yield* LastWords.of(running.stderr)
    const over = yield* Deferred.make<never, Died>()
    const writing = yield* Effect.makeSemaphore(1)
    const scope = yield* Effect.scope
    const askings = new Map<number, Asking>()
    const bytes = new TextEncoder()
    let [last, signs, complained] = [0, 0, false]

    const write = (line: string) => writing.withPermits(1)(running.write(bytes.encode(`${line}\n`)))

    const settle = (id: number, asking: Asking, exit: Either.Either<void, HandlerFailed>) =>
      Effect.suspend(() => {
        askings.delete(id)
        return Deferred.complete(asking.answered, exit)
      })

    /** Of what it writes beside answers, the log says the first only: it may be much. */
    const beside = (why: string) =>
      Effect.suspend(() => {
        if (complained) return Effect.void
        complained = true
        return Effect.logWarning(
          `${name} wrote a line that answers nothing: ${why}; what is for people belongs on standard error`
        )
      })

    const hear = (text: string): Effect.Effect<unknown> => {
      signs++
      if (text.trim() === "") return Effect.void
      const given = Wire.json(text)
      if (Either.isLeft(given)) return beside(given.left)
      const line = Option.getOrUndefined(about(given.right))
      if (line === undefined) return beside("it wants an id")
      const asking = askings.get(line.id)
      // it was answered, or given up
      if (asking === undefined) return line.id > last ? beside("nothing was asked by its id") : Effect.void
      const failure = heard(asking, given.right, text.length, bounds)
      if (failure !== undefined) return settle(line.id, asking, Either.left(failure))
      return line.done ? settle(line.id, asking, Either.void) : Effect.void
    }

    const lines = new Lines()
    const reading = Output.read(running, (bytes) => {
      const all = Effect.forEach(lines.push(bytes), hear, { discard: true })
      const tooLong = lines.pending > output
      return Effect.zipRight(
        Effect.zipRight(all, onHeard),
        tooLong ? Effect.fail(`${name} wrote a line longer than ${output} bytes`) : Effect.void
      )
    }).pipe(
      Effect.zipRight(Effect.timeoutOption(running.end, "1 second")),
      Effect.flatMap(
        Option.match({
          onNone: () => Effect.succeed(`${name} closed its output`),
          onSome: (end) => Effect.map(lastWords, (words) => Output.told(name, end, words))
        })
      ),
      Effect.merge
    )
    /** What it was asked about when it ended, it may have ended of. */
    const die = (why: string) => Effect.suspend(() => Deferred.fail(over, new Died({ why, alone: askings.size === 1 })))
    yield* Effect.forkScoped(Effect.flatMap(reading, die))

    const cancel = (id: number) =>
      Effect.suspend(() =>
        askings.delete(id) ? Effect.forkIn(write(cancelled({ id, cancel: true })), scope) : Effect.void
      )

    return {
      over: Effect.catchAll(Deferred.await(over), ({ why }) => Effect.succeed(why)),
      ask: (event, say) =>
        Effect.gen(function* () {
          const id = ++last
          const before = signs
          const late = unfit(`${name} did not answer within ${Duration.format(within)}`)
          const answered = yield* Deferred.make<void, HandlerFailed>()
          askings.set(id, { say, answered, length: 0 })
          yield* Effect.zipRight(write(question(id, event)), Deferred.await(answered)).pipe(
            Effect.raceFirst(Effect.delay(late, within)),
            Effect.raceFirst(Deferred.await(over)),
            Effect.ensuring(cancel(id)),
            // where nothing at all was heard meanwhile, it hangs, whatever it is asked
            Effect.tapError((error) =>
              error === late && signs === before ? die(`${late.cause}, and said nothing at all meanwhile`) : Effect.void
            )
          )
        })
    }
  })
