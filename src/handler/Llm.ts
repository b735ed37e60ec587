import type * as Prompt from "@effect/ai/Prompt"
import type * as Response from "@effect/ai/Response"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Event } from "../domain/Event.ts"
import type { Downloads } from "./Downloads.ts"
import { type Handler, type HandlerFailed, nondeterministic, piece, plain, type Reply } from "./Handler.ts"
import * as Asked from "./Llm/Asked.ts"
import * as Failure from "./Llm/Failure.ts"
import type { ModelFailed } from "./Llm/Failure.ts"
import * as Pictures from "./Llm/Pictures.ts"
import * as Round from "./Llm/Round.ts"
import { Standing } from "./Llm/Standing.ts"
import { type Words, words } from "./Llm/Words.ts"
import { Memory } from "./Memory.ts"

export { words } from "./Llm/Words.ts"

/** How a model is asked; every field has a default. */
export interface Settings {
  /** what it is called in the log */
  readonly model: string
  /** who it is to be */
  readonly system: string | undefined
  /** about how many tokens of what was said so far, of `system` and of the question together it is told */
  readonly tokens: number
  readonly groups: Asked.Groups
  /** in groups it answers what is not meant for the bot too */
  readonly overhears: boolean
  /** it is shown the pictures that come along with a question */
  readonly pictures: boolean
  readonly patience: Round.Patience
  /** answers that it is asked for at once; others wait for their turn */
  readonly concurrency: number
  /** how often it is asked for one answer: once, and again after each time that it calls tools */
  readonly rounds: number
  readonly words: Words
  /** what is in no failure of it */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
}

export const defaults: Settings = {
  model: "model",
  system: undefined,
  tokens: 8000,
  groups: "apart",
  overhears: false,
  pictures: false,
  patience: { first: Duration.minutes(1), next: Duration.seconds(30) },
  concurrency: 16,
  rounds: 8,
  words: words.en,
  secrets: []
}

export interface Options<R> extends Partial<Settings> {
  /**
   * Asks the model about an event: `(prompt) => LanguageModel.streamText({ prompt })`, with a `toolkit` where it has tools.
   * Whoever fails with anything but an `AiError` is a tool.
   */
  readonly ask: (prompt: Prompt.Prompt, event: Event) => Stream.Stream<Response.AnyPart, unknown, R>
}

/** Ends of an answer after which a person is told why there is no more of it. */
const broken: { readonly [end in Response.FinishReason]?: keyof Words } = {
  length: "longest",
  "content-filter": "refused"
}

/** How long an answer that somebody else cuts off may take to be remembered. */
const hurried = Duration.seconds(1)

/**
 * Answers what people say to the bot by a model, which is told what was said so far. `/new` makes it forget that. What it said
 * before it broke off is remembered too; of a process that dies in the middle of an answer, the event is not.
 */
export const make = <R>(options: Options<R>): Handler<R | Memory | Downloads> => {
  const settings: Settings = { ...defaults, ...options }
  const room = Effect.unsafeMakeSemaphore(settings.concurrency)
  const standing = new Standing("llm", settings.model)

  const failed = (failure: ModelFailed) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const concealed = Failure.concealing(failure, settings.secrets)
      yield* standing.failed(concealed)
      return yield* Failure.handlerFailed(concealed, settings.model, settings.words, now)
    })

  const answer = (event: Asked.Question) =>
    Effect.gen(function* () {
      const memory = yield* Memory
      const key = Asked.keyOf(event, settings.groups)
      if (Asked.forgets(event)) return Stream.fromEffect(Effect.as(memory.forget(key), plain(settings.words.forgotten)))
      const asked = Asked.wordsOf(event, settings.groups)
      const before = yield* memory.recall(key)
      const turns = Asked.remembered(before, event, settings.tokens, settings.system ?? "", asked)
      const shown = event._tag === "MessageReceived" && settings.pictures ? event.attachments : []
      const pictures = yield* Pictures.parts(event.conversation.account, shown)
      const saying = new Round.Saying()
      const keep = Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const at = Math.max(now, (before.at(-1)?.at ?? 0) + 1)
        const turn = { event: event.id, asked, answered: saying.text, at }
        // what a long question leaves no room for now may be told again with the next one
        return memory.keep(key, turn, Asked.remembered(before, event, settings.tokens)[0]?.at ?? at)
      })
      const end = Effect.suspend(() => {
        const failure = Round.amiss(saying)
        return failure === undefined ? Effect.zipRight(standing.answered, keep) : Effect.fail(failure)
      })
      const more = Stream.suspend(() => {
        const why = saying.end === undefined ? undefined : broken[saying.end]
        return why === undefined ? Stream.empty : Stream.make(piece(`\n\n${settings.words[why]}`))
      })
      const ask: Round.Ask<R> = (prompt) => options.ask(prompt, event)
      const prompt = Asked.prompt({ system: settings.system, turns, asked, pictures })
      return Round.run(ask, prompt, { ...settings, saying }).pipe(
        Stream.concat(Stream.drain(Stream.fromEffect(end))),
        Stream.concat(more),
        Stream.ensuringWith((exit) =>
          exit._tag === "Success" || saying.text.trim() === ""
            ? Effect.void
            : keep.pipe(Effect.disconnect, Effect.interruptible, Effect.timeoutOption(hurried))
        ),
        Stream.catchAll((failure) => Stream.fromEffect(failed(failure)))
      )
    })

  /** From its turn on until the answer has ended; who is interrupted while it waits takes no place. */
  const turn = Effect.uninterruptibleMask((restore) =>
    Effect.zipRight(
      restore(room.take(1)),
      Effect.addFinalizer(() => room.release(1))
    )
  )

  /** No trace has anything that was said: a tool's would have what it was called with. */
  const untraced = Effect.locallyScoped(FiberRef.currentTracerEnabled, false)

  const handler: Handler<R | Memory | Downloads> = (
    event
  ): Stream.Stream<Reply, HandlerFailed, R | Memory | Downloads> => {
    const question = Asked.question(event, settings.overhears)
    return question === undefined
      ? Stream.empty
      : Stream.unwrapScoped(Effect.zipRight(Effect.zipRight(untraced, turn), answer(question)))
  }
  return nondeterministic(Object.assign(handler, { health: standing.health }))
}
