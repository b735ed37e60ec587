import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Content } from "../domain/Message.ts"
import * as Kept from "./Exec/Kept.ts"
import * as Once from "./Exec/Once.ts"
import * as Speech from "./Exec/Speech.ts"
import type { Downloads } from "./Downloads.ts"
import { type Handler, type HandlerFailed, nondeterministic, type Reply } from "./Handler.ts"
import { type Command, Programs } from "./Programs.ts"

/**
 * How a program is spoken with. `text`: it is started for each message, reads it, and what it writes is the answer. `json`: it is
 * started for each event, reads it as a line of JSON, and each line that it writes is a reply. `ndjson`: it is started once and
 * kept, reads a line for each event, and writes lines about any of them.
 */
export const modes = ["text", "json", "ndjson"] as const
export type Mode = (typeof modes)[number]

/** What answers, and what bounds it. */
export interface Options {
  readonly command: Command
  /** what it is called in logs and status */
  readonly name?: string
  readonly mode?: Mode
  /** what it sees beside the few variables that every program needs, and what it is told of the event */
  readonly environment?: Readonly<Record<string, string>>
  /** of what a program says that speaks text */
  readonly format?: Content["format"]
  /** how long it may take to answer an event */
  readonly within?: Duration.Duration
  /** how many bytes it may write in answer to an event */
  readonly output?: number
  /** how many events it is asked about at once; others wait for their turn */
  readonly concurrency?: number
}

export const defaults = {
  mode: "text",
  format: "plain",
  within: Duration.minutes(1),
  output: 1_000_000,
  concurrency: 16
} as const

/** What is said is handed on as it is said. */
const saying =
  (ask: Once.Ask): Handler<Downloads> =>
  (event, attempt = 1) =>
    Stream.unwrapScoped(
      Effect.gen(function* () {
        // bounded by what a program may write in answer to one event
        const said = yield* Mailbox.make<Reply, HandlerFailed>()
        yield* Effect.forkScoped(
          Mailbox.into(
            ask(event, attempt, (reply) => void said.unsafeOffer(reply)),
            said
          )
        )
        return Mailbox.toStream(said)
      })
    )

/**
 * A handler whose answers a program of the machine gives. No shell is involved, and nothing that anybody writes becomes part of a
 * command line. What runs ends with the scope, with all that it started. A program that is kept may ask for what came along.
 */
export const make = (options: Options): Effect.Effect<Handler<Downloads>, never, Programs | Scope.Scope> =>
  Effect.gen(function* () {
    const programs = yield* Programs
    const { format, mode, ...given } = {
      name: `exec ${options.command.file}`,
      environment: {},
      ...defaults,
      ...options
    }
    const speech = mode === "json" ? Speech.json : Speech.text(format)
    const { ask, health } = yield* mode === "ndjson" ? Kept.make(programs, given) : Once.make(programs, given, speech)
    return Object.assign(nondeterministic(saying(ask)), { health: Effect.map(health, (one) => [one]) })
  })
