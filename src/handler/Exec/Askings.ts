import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { HandlerFailed, type Reply } from "../Handler.ts"
import * as Wire from "../Wire.ts"
import type { Fetch } from "./Fetched.ts"
import type { Bounds } from "./Once.ts"
import * as Pace from "./Pace.ts"
import * as Said from "./Said.ts"

/** What is made of what a program says about one question. */
export interface Hearing {
  readonly say: (reply: Reply) => void
  readonly fetch: Fetch
}

/** Something that a program was asked, and has not answered yet. */
interface Asking extends Hearing {
  readonly answered: Deferred.Deferred<void, HandlerFailed>
  /** letters of its answer until now */
  length: number
}

/** Which question a line is about, and whether that was all about it. */
const about = Schema.decodeUnknownOption(
  Schema.Struct({ id: Schema.Int, done: Schema.optionalWith(Schema.Boolean, { default: () => false }) })
)

/** That it wants something that came along. */
const wanted = Schema.decodeUnknownOption(Schema.Struct({ fetch: Schema.NonNegativeInt }))

/** A line that says that an answer ends need not say anything else. */
const silent = (given: unknown): boolean =>
  typeof given === "object" && given !== null && Object.keys(given).every((key) => key === "id" || key === "done")

const unfit = (cause: string) => new HandlerFailed({ cause, retryable: false })

/** What a line of so many letters means to the question that it is about: more of its answer, or that there is none. */
const heard = (asking: Asking, given: unknown, length: number, { name, output }: Bounds): HandlerFailed | undefined => {
  asking.length += length
  if (asking.length > output) return unfit(`${name} wrote more than ${output} bytes in answer to one event`)
  if (silent(given) || Option.isSome(wanted(given))) return undefined
  const reply = Said.read(given)
  if (Either.isLeft(reply)) return unfit(`${name} wrote a line that is not understood: ${reply.left}`)
  if (reply.right instanceof HandlerFailed) return reply.right
  if (reply.right !== undefined) asking.say(reply.right)
  return undefined
}

/** What a program is asked side by side, each by a number of its own, and what its lines say about them. */
export class Askings {
  readonly #open = new Map<number, Asking>()
  readonly #bounds: Bounds
  readonly #onAnswer: Effect.Effect<void>
  #last = 0
  #complained = false
  readonly #paced = Pace.make()

  /** `onAnswer` runs for each line that is about something that was asked. */
  constructor(bounds: Bounds, onAnswer: Effect.Effect<void>) {
    this.#bounds = bounds
    this.#onAnswer = onAnswer
  }

  /** How many have no answer yet. */
  get size(): number {
    return this.#open.size
  }

  /** The number of a new one; `answered` ends with its answer. */
  open(hearing: Hearing, answered: Deferred.Deferred<void, HandlerFailed>): number {
    this.#open.set(++this.#last, { ...hearing, answered, length: 0 })
    return this.#last
  }

  /** Forgets one; whether it had no answer yet. */
  close(id: number): boolean {
    return this.#open.delete(id)
  }

  hear(text: string): Effect.Effect<void> {
    if (text.trim() === "") return this.#paced(text.length + 1)
    const given = Wire.json(text)
    if (Either.isLeft(given)) return this.#beside(text, given.left)
    const line = Option.getOrUndefined(about(given.right))
    if (line === undefined) return this.#beside(text, "it wants an id")
    const asking = this.#open.get(line.id)
    // it was answered, or given up
    if (asking === undefined)
      return line.id > this.#last ? this.#beside(text, "nothing was asked by its id") : this.#paced(text.length)
    const failure = heard(asking, given.right, text.length, this.#bounds)
    const exit = failure === undefined ? Either.void : Either.left(failure)
    if (failure !== undefined || line.done) return Effect.zipRight(this.#onAnswer, this.#settle(line.id, asking, exit))
    const fetch = Option.getOrUndefined(wanted(given.right))
    return Effect.zipRight(this.#onAnswer, fetch === undefined ? Effect.void : asking.fetch(line.id, fetch.fetch))
  }

  #settle(id: number, { answered }: Asking, exit: Either.Either<void, HandlerFailed>): Effect.Effect<void> {
    this.#open.delete(id)
    return Effect.asVoid(Deferred.complete(answered, exit))
  }

  /** Of what it writes beside answers, the log says the first only: it may be much. */
  #beside({ length }: string, why: string): Effect.Effect<void> {
    if (this.#complained) return this.#paced(length)
    this.#complained = true
    return Effect.logWarning(
      `${this.#bounds.name} wrote a line that answers nothing: ${why}; what is for people belongs on standard error`
    )
  }
}
