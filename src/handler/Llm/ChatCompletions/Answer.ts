import * as AiError from "@effect/ai/AiError"
import type * as Response from "@effect/ai/Response"
import * as Tool from "@effect/ai/Tool"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const nullable = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.optionalWith(Schema.NullishOr(schema), { default: () => undefined })

const Call = Schema.Struct({
  index: nullable(Schema.Number),
  id: nullable(Schema.String),
  function: nullable(Schema.Struct({ name: nullable(Schema.String), arguments: nullable(Schema.String) }))
})

const Words = { text: nullable(Schema.String) }

/** Words, or a list of them and of what a model thinks, as Mistral's have it: https://docs.mistral.ai/api/ */
const Content = Schema.Union(
  Schema.String,
  Schema.Array(Schema.Struct({ ...Words, thinking: nullable(Schema.Array(Schema.Struct(Words))) }))
)
type Content = typeof Content.Type | null | undefined

const joined = (all: ReadonlyArray<{ readonly text?: string | null | undefined }>): string =>
  all.map(({ text }) => text ?? "").join("")

const wordsOf = (content: Content): string | undefined =>
  content === null || content === undefined || typeof content === "string" ? (content ?? undefined) : joined(content)

const thoughtsOf = (content: Content): string =>
  typeof content === "string" ? "" : joined((content ?? []).flatMap(({ thinking }) => thinking ?? []))

const Delta = Schema.Struct({
  content: nullable(Content),
  refusal: nullable(Schema.String),
  /** what some servers call what a model thinks before it answers */
  reasoning_content: nullable(Schema.String),
  reasoning: nullable(Schema.String),
  tool_calls: nullable(Schema.Array(Call))
})

/** A chunk of a streamed answer: https://platform.openai.com/docs/api-reference/chat-streaming/streaming */
const Chunk = Schema.parseJson(
  Schema.Struct({
    choices: nullable(
      Schema.Array(
        Schema.Struct({
          delta: nullable(Delta),
          /** in place of it, all of the answer, where a server does not stream */
          message: nullable(Delta),
          finish_reason: nullable(Schema.String)
        })
      )
    ),
    error: Schema.optional(Schema.Unknown)
  })
)
const decode = Schema.decode(Chunk)

/** Source: https://platform.openai.com/docs/api-reference/chat-streaming/streaming, `finish_reason` */
export const reasons: Readonly<Record<string, Response.FinishReason>> = {
  stop: "stop",
  length: "length",
  content_filter: "content-filter",
  tool_calls: "tool-calls",
  function_call: "tool-calls"
}

const usage = { inputTokens: undefined, outputTokens: undefined, totalTokens: undefined }

interface Calling {
  id: string
  name: string
  arguments: string
}

const malformed = (description: string) =>
  new AiError.MalformedOutput({ module: "ChatCompletions", method: "streamText", description })

/** No answer is longer than this with all that comes with it: its thoughts, what it gives its tools, and what chunks are made of; UTF-16 units. */
export const most = 32_000_000

type Parts = ReadonlyArray<Response.StreamPartEncoded>

/** Makes the parts of one answer of its chunks. */
export class Answer {
  readonly #calls = new Map<number, Calling>()
  #open: "text" | "reasoning" | undefined
  #blocks = 0
  #length = 0
  /** its end was told */
  ended = false

  /** What one chunk adds. */
  hear(data: string): Effect.Effect<Parts, AiError.AiError> {
    if (data === "[DONE]") return this.ended ? Effect.succeed([]) : this.#finish("stop")
    this.#length += data.length
    if (this.#length > most) return malformed("its answer has no end")
    return Effect.flatMap(
      Effect.mapError(decode(data), () => malformed("a part of its answer could not be understood")),
      ({ choices, error }): Effect.Effect<Parts, AiError.AiError> => {
        if (error !== undefined && error !== null) return Effect.succeed([{ type: "error", error }])
        const [choice] = choices ?? []
        if (choice === undefined) return Effect.succeed([])
        const added = choice.delta ?? choice.message ?? undefined
        const parts = added === undefined ? [] : this.#add(added)
        const reason = choice.finish_reason ?? undefined
        return reason === undefined || this.ended
          ? Effect.succeed(parts)
          : Effect.map(this.#finish(reasons[reason] ?? "other"), (end) => [...parts, ...end])
      }
    )
  }

  #add(delta: typeof Delta.Type): Parts {
    return [
      ...(delta.tool_calls ?? []).flatMap((call, place) => this.#call(call, call.index ?? place)),
      ...this.#grow("reasoning", delta.reasoning_content ?? delta.reasoning ?? thoughtsOf(delta.content)),
      ...this.#grow("text", wordsOf(delta.content) ?? delta.refusal ?? "")
    ]
  }

  /** What a call of a tool grows by is a sign of life. */
  #call({ function: given, id }: typeof Call.Type, index: number): Parts {
    const known = this.#calls.get(index)
    const calling = known ?? { id: id ?? `call-${index}`, name: "", arguments: "" }
    const delta = given?.arguments ?? ""
    calling.name += given?.name ?? ""
    calling.arguments += delta
    this.#calls.set(index, calling)
    const begun =
      known === undefined ? [{ type: "tool-params-start" as const, id: calling.id, name: calling.name }] : []
    return delta === "" ? begun : [...begun, { type: "tool-params-delta", id: calling.id, delta }]
  }

  #grow(kind: "text" | "reasoning", delta: string): Parts {
    if (delta === "") return []
    const begun = this.#open === kind ? [] : [...this.#close(), ...this.#begin(kind)]
    return [...begun, { type: `${kind}-delta`, id: String(this.#blocks), delta }]
  }

  #begin(kind: "text" | "reasoning"): Parts {
    this.#open = kind
    return [{ type: `${kind}-start`, id: String(++this.#blocks) }]
  }

  #close(): Parts {
    const open = this.#open
    this.#open = undefined
    return open === undefined ? [] : [{ type: `${open}-end`, id: String(this.#blocks) }]
  }

  #finish(reason: Response.FinishReason): Effect.Effect<Parts, AiError.AiError> {
    this.ended = true
    const calls = Effect.forEach([...this.#calls.values()], ({ id, name, arguments: given }) =>
      Effect.try({
        try: (): Response.ToolCallPartEncoded => ({
          type: "tool-call",
          id,
          name,
          params: given.trim() === "" ? {} : Tool.unsafeSecureJsonParse(given)
        }),
        catch: () => malformed(`it called the tool ${name} with what is no JSON`)
      })
    )
    return Effect.map(calls, (calls) => [
      ...this.#close(),
      ...calls.flatMap((call) => [{ type: "tool-params-end" as const, id: call.id }, call]),
      { type: "finish", reason, usage }
    ])
  }
}
