import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Setting from "../../adapter/Setting.ts"
import type { Row } from "../Handlers.ts"
import type { Settings } from "./Llm/Opening.ts"

/** Where the models of each provider are, unless something else is said. */
const urls = { openai: "https://api.openai.com/v1", anthropic: "https://api.anthropic.com" } as const

const providers = ["openai", "anthropic"] as const

const secret = Setting.secret(/^\S+$/, "the key is empty, or has spaces in it")("HOLDFAST_LLM_KEY")

const provider = Setting.choice("HOLDFAST_LLM_PROVIDER", providers).pipe(Config.withDefault("openai" as const))

const text = Setting.decoded(Schema.Trim.pipe(Schema.minLength(1, { message: () => "it is empty" })))

const unset = Config.withDefault(undefined)

const others = Config.all({
  model: text("HOLDFAST_LLM_MODEL"),
  system: text("HOLDFAST_LLM_SYSTEM").pipe(unset),
  tokens: Setting.count("HOLDFAST_LLM_TOKENS").pipe(Config.withDefault(8000)),
  answerTokens: Setting.count("HOLDFAST_LLM_ANSWER_TOKENS").pipe(unset),
  groups: Setting.choice("HOLDFAST_LLM_GROUPS", ["apart", "together"]).pipe(Config.withDefault("apart" as const)),
  overhears: Setting.flag("HOLDFAST_LLM_OVERHEARS").pipe(Config.withDefault(false)),
  pictures: Setting.flag("HOLDFAST_LLM_PICTURES").pipe(Config.withDefault(false)),
  concurrency: Setting.count("HOLDFAST_LLM_CONCURRENCY").pipe(Config.withDefault(16)),
  patience: Config.all({
    first: Setting.span("HOLDFAST_LLM_FIRST_WITHIN").pipe(Config.withDefault(Duration.minutes(1))),
    next: Setting.span("HOLDFAST_LLM_NEXT_WITHIN").pipe(Config.withDefault(Duration.seconds(30)))
  }),
  language: Setting.choice("HOLDFAST_NOTICES", ["en", "zh", "off"]).pipe(
    Config.withDefault("en" as const),
    Config.map((language) => (language === "off" ? "en" : language))
  )
})

const settings = Effect.gen(function* () {
  const chosen = yield* provider
  return yield* Config.all({
    provider: Config.succeed(chosen),
    url: Setting.decoded(Setting.Url("http:", "https:"))("HOLDFAST_LLM_URL").pipe(Config.withDefault(urls[chosen])),
    // a server of one's own may ask for none
    key: chosen === "anthropic" ? secret : secret.pipe(unset),
    others
  })
}).pipe(Effect.map(({ others, ...rest }): Settings => ({ ...rest, ...others })))

/** What a model takes to be loaded is loaded where one is asked. */
const opened = (settings: Settings) =>
  Effect.flatMap(
    Effect.promise(() => import("./Llm/Opening.ts")),
    ({ open }) => open(settings)
  )

export const llm: Row = {
  name: "llm",
  config: Effect.map(settings, opened),
  variables: [
    {
      name: "HOLDFAST_LLM_MODEL",
      description: "the model that answers, as its server calls it, such as gpt-5-mini, deepseek-chat or qwen3:8b"
    },
    {
      name: "HOLDFAST_LLM_PROVIDER",
      description: "what its server speaks: openai (chat completions, as nearly all do) or anthropic",
      default: "openai"
    },
    {
      name: "HOLDFAST_LLM_URL",
      description: "where that is, such as http://localhost:11434/v1",
      default: "https://api.openai.com/v1, or https://api.anthropic.com"
    },
    {
      name: "HOLDFAST_LLM_KEY",
      description: "what it asks to be shown; a server of one's own may ask for nothing",
      secret: true
    },
    { name: "HOLDFAST_LLM_SYSTEM", description: "who the model is to be; HOLDFAST_LLM_SYSTEM_FILE names a file of it" },
    {
      name: "HOLDFAST_LLM_TOKENS",
      description: "about how many tokens it is told at once: who it is to be, what was said so far, and the question",
      default: "8000"
    },
    {
      name: "HOLDFAST_LLM_ANSWER_TOKENS",
      description: "the longest answer, as max_tokens; 4096 with anthropic, else what the server allows"
    },
    {
      name: "HOLDFAST_LLM_GROUPS",
      description: "in a group it has a conversation with each person, apart, or one with all of them, together",
      default: "apart"
    },
    {
      name: "HOLDFAST_LLM_OVERHEARS",
      description: "answer everything that is said in a group, not only what is said to the bot",
      default: "false"
    },
    {
      name: "HOLDFAST_LLM_PICTURES",
      description: "show it the pictures that come along, up to 4 of 5 MB each; it has to be a model that sees",
      default: "false"
    },
    {
      name: "HOLDFAST_LLM_CONCURRENCY",
      description: "answers that it is asked for at once; others wait for their turn",
      default: "16"
    },
    { name: "HOLDFAST_LLM_FIRST_WITHIN", description: "how long it may take to begin an answer", default: "1 minute" },
    {
      name: "HOLDFAST_LLM_NEXT_WITHIN",
      description: "how long it may stop in the middle of one",
      default: "30 seconds"
    }
  ]
}
