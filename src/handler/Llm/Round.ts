import * as Prompt from "@effect/ai/Prompt"
import type * as Response from "@effect/ai/Response"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { piece, type Reply } from "../Handler.ts"
import * as Failure from "./Failure.ts"
import { ModelFailed } from "./Failure.ts"
import { Thoughts } from "./Thoughts.ts"

/** Asks a model; its answer in parts as they come, in which the tools that it called have been run. */
export type Ask<R> = (prompt: Prompt.Prompt) => Stream.Stream<Response.AnyPart, unknown, R>

/** How long a model may be silent. */
export interface Patience {
  /** before the first part of its answer */
  readonly first: Duration.Duration
  /** between two parts of it */
  readonly next: Duration.Duration
}

/** How long a line that has brought a whole answer may take to end by itself, so that it can be used again. */
const afterwards = Duration.seconds(1)

/** No answer is longer than this; UTF-16 units. */
export const longest = 100_000

/** What was said in answer to one event, and how that ended. */
export class Saying {
  text = ""
  /** undefined: it has not ended yet, or was cut off */
  end: Response.FinishReason | undefined
  #apart = false
  #thoughts = new Thoughts()
  /** tools that it called and that have not been run yet */
  #running = 0

  /** Nothing more is to come. */
  get over(): boolean {
    return this.end !== undefined && this.#running === 0
  }

  /** What comes now is of another answer of the model's, on what its tools found. */
  begin(): void {
    this.end = undefined
    this.#apart = this.text !== ""
    this.#thoughts = new Thoughts()
  }

  /** What a part adds, or how it fails. */
  hear(part: Response.AnyPart): Effect.Effect<string, ModelFailed> {
    switch (part.type) {
      case "text-delta":
        return Effect.succeed(this.#add(this.#thoughts.push(part.delta)))
      case "tool-call":
      case "tool-result":
        if (!part.providerExecuted) this.#running += part.type === "tool-call" ? 1 : -1
        return Effect.succeed("")
      case "error":
        return Effect.fail(Failure.ofErrorPart(part.error))
      case "finish":
        this.end = part.reason
        return Effect.succeed(this.#add(this.#thoughts.end()))
      default:
        return Effect.succeed("")
    }
  }
  #add(delta: string): string {
    const whole = this.#apart && delta !== "" ? `\n\n${delta}` : delta
    const said = whole.slice(0, longest - this.text.length)
    this.#apart &&= delta === ""
    this.text += said
    if (said.length < whole.length) this.end = "length"
    return said
  }
}

/**
 * Fails when a model is silent for too long: a sign of thought that it does not say counts too, and the work of its tools. Who
 * is silent once the answer has ended is not waited for.
 */
const impatient = <R>(
  parts: Stream.Stream<Response.AnyPart, unknown, R>,
  saying: Saying,
  { first, next }: Patience
): Stream.Stream<Response.AnyPart, ModelFailed, R> =>
  Stream.unwrapScoped(
    Effect.map(Stream.toPull(Stream.mapError(parts, Failure.of)), (pull) => {
      let awaited = first
      const silent = () =>
        saying.over
          ? Option.none()
          : Option.some(new ModelFailed({ reason: "Silent", cause: `nothing came for ${Duration.format(awaited)}` }))
      const within = () => (saying.over ? afterwards : awaited)
      return Stream.repeatEffectChunkOption(
        Effect.suspend(() => Effect.timeoutFail(pull, { duration: within(), onTimeout: silent })).pipe(
          Effect.tap(() => Effect.sync(() => (awaited = next)))
        )
      )
    })
  )

/** Answers of a model to tools that it called itself, on which it goes on. */
const hasResults = (parts: ReadonlyArray<Response.AnyPart>): boolean =>
  parts.some((part) => part.type === "tool-result" && !part.providerExecuted)

/** Asks, and asks again with what its tools found, at most `rounds` times; what is said goes into `saying` too. */
export const run = <R>(
  ask: Ask<R>,
  prompt: Prompt.Prompt,
  options: { readonly saying: Saying; readonly patience: Patience; readonly rounds: number }
): Stream.Stream<Reply, ModelFailed, R> =>
  Stream.suspend(() => {
    const { patience, rounds, saying } = options
    const parts: Array<Response.AnyPart> = []
    saying.begin()
    const next = Stream.suspend((): Stream.Stream<Reply, ModelFailed, R> => {
      if (!hasResults(parts)) return Stream.empty
      if (rounds <= 1) return Stream.fail(new ModelFailed({ reason: "Tool", cause: "it calls its tools for ever" }))
      const told = Prompt.merge(prompt, Prompt.fromResponseParts(parts))
      return run(ask, told, { ...options, rounds: rounds - 1 })
    })
    return impatient(ask(prompt), saying, patience).pipe(
      Stream.mapEffect((part) => {
        parts.push(part)
        return saying.hear(part)
      }),
      Stream.takeUntil(() => saying.end === "length"),
      Stream.filterMap((said) => (said === "" ? Option.none() : Option.some(piece(said)))),
      Stream.concat(next)
    )
  })

/** What is amiss with an answer that has come to its end; undefined if nothing is. */
export const amiss = ({ end, text }: Saying): ModelFailed | undefined => {
  if (end === undefined) return new ModelFailed({ reason: "Cut", cause: "its answer was cut off" })
  if (text.trim() !== "") return undefined
  return end === "content-filter"
    ? new ModelFailed({ reason: "Refused", cause: "its content filter holds the answer back" })
    : new ModelFailed({ reason: "Empty", cause: `its answer is empty (${end})` })
}
