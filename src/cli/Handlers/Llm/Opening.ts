import * as AnthropicClient from "@effect/ai-anthropic/AnthropicClient"
import * as AnthropicLanguageModel from "@effect/ai-anthropic/AnthropicLanguageModel"
import * as LanguageModel from "@effect/ai/LanguageModel"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Llm from "../../../handler/Llm.ts"
import * as ChatCompletions from "../../../handler/Llm/ChatCompletions.ts"
import { words } from "../../../handler/Llm/Words.ts"

/** A model, and how it is asked, as the environment has it. */
export interface Settings extends Pick<
  Llm.Settings,
  "concurrency" | "groups" | "model" | "overhears" | "patience" | "pictures" | "system" | "tokens"
> {
  readonly provider: "openai" | "anthropic"
  readonly url: string
  readonly key: Redacted.Redacted | undefined
  readonly answerTokens: number | undefined
  readonly language: "en" | "zh"
}

const anthropic = ({ answerTokens, key, model, url }: Settings) =>
  AnthropicLanguageModel.layer({
    model,
    ...(answerTokens === undefined ? undefined : { config: { max_tokens: answerTokens } })
  }).pipe(
    Layer.provide(
      AnthropicClient.layer({
        apiUrl: url.replace(/\/+$/, ""),
        apiKey: key,
        // a span would tell the server of itself
        transformClient: HttpClient.withTracerDisabledWhen(() => true)
      })
    )
  )

/** A handler that asks the model of these settings. */
export const open = (settings: Settings) =>
  Effect.gen(function* () {
    const { key, language, provider, ...rest } = settings
    const layer = provider === "anthropic" ? anthropic(settings) : ChatCompletions.layer(settings)
    const asked = Context.get(yield* Layer.build(layer), LanguageModel.LanguageModel)
    return Llm.make({
      ...rest,
      ask: (prompt) => asked.streamText({ prompt }),
      words: words[language],
      secrets: key === undefined ? [] : [key]
    })
  })
