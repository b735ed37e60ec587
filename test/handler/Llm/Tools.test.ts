import * as LanguageModel from "@effect/ai/LanguageModel"
import * as Tool from "@effect/ai/Tool"
import * as Toolkit from "@effect/ai/Toolkit"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema, Stream, type Tracer } from "effect"
import { Tracer as Tracers } from "effect"
import { words } from "../../../src/handler/Llm/Words.ts"
import { calls, says, type Script } from "./server.ts"
import { open, said } from "./stage.ts"

class Unknown extends Schema.TaggedError<Unknown>()("Unknown", { city: Schema.String }) {}

const Weather = Toolkit.make(
  Tool.make("weather", {
    description: "The weather of a city",
    parameters: { city: Schema.String },
    success: Schema.Struct({ sky: Schema.String }),
    failure: Unknown
  })
)

/** What an application gives its bot: it knows the weather of one city, and who asks. */
const knowing =
  (asked: Array<string>) =>
  (
    prompt: Parameters<typeof LanguageModel.streamText>[0]["prompt"],
    event: { readonly sender: { readonly id: string } }
  ) =>
    LanguageModel.streamText({
      prompt,
      toolkit: Effect.provide(
        Weather,
        Weather.toLayer({
          weather: ({ city }) =>
            Effect.suspend(() => {
              asked.push(`${event.sender.id} ${city}`)
              return city === "Nowhere" ? new Unknown({ city }) : Effect.succeed({ sky: "clear" })
            })
        })
      )
    })

const weather = calls("weather", '{"city":"Bern"}')

describe("Llm, of tools that an application provides", () => {
  it.scopedLive("runs them for who asks, tells the model what they found, and says all that it says", () =>
    Effect.gen(function* () {
      const used: Array<string> = []
      const { ask, asked, memory, scripts } = yield* open({ ask: knowing(used) })
      scripts.push(weather, says(["It is ", "clear."]))
      const { failure, text } = yield* ask(said("And in Bern?"))
      expect([text, failure]).toEqual(["Let me look.\n\nIt is clear.", undefined])
      expect(used).toEqual(["c2c:1 Bern"])
      expect(asked[0]?.body.tools).toMatchObject([
        { type: "function", function: { name: "weather", parameters: { required: ["city"] } } }
      ])
      expect(asked[1]?.body.messages.slice(1)).toEqual([
        {
          role: "assistant",
          content: "Let me look.",
          tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Bern"}' } }]
        },
        { role: "tool", tool_call_id: "call_1", content: '{"sky":"clear"}' }
      ])
      expect(yield* memory.recall("qq:main/c2c:1")).toMatchObject([{ answered: text }])
    })
  )

  it.scopedLive(
    "fails where one of them does, where it is called with what it does not take, and where there is no end",
    () =>
      Effect.gen(function* () {
        const { ask, scripts } = yield* open({ ask: knowing([]), rounds: 3 })
        const cases: ReadonlyArray<readonly [ReadonlyArray<Script>, string, keyof typeof words.en]> = [
          [[calls("weather", '{"city":"Nowhere"}')], "(Tool): a tool failed", "unwell"],
          [[calls("weather", '{"town":1}')], "(Malformed)", "away"],
          [[calls("weather", '{"city":')], "(Malformed): it called the tool weather with what is no JSON", "away"],
          [[calls("sunshine", "{}")], "(Malformed)", "away"],
          [[weather, weather, weather, weather], "(Tool): it calls its tools for ever", "unwell"]
        ]
        for (const [all, why, told] of cases) {
          scripts.splice(0, scripts.length, ...all)
          const { failure } = yield* ask(said("And there?"))
          expect(failure?.cause).toContain(why)
          expect(failure?.notice).toBe(words.en[told])
        }
      })
  )

  it.scopedLive("leaves no trace of what was said", () =>
    Effect.gen(function* () {
      const spans: Array<string> = []
      const tracer = Tracers.make({
        span: (name, parent, context, links, startTime, kind): Tracer.Span => {
          spans.push(name)
          const attributes = new Map<string, unknown>()
          return {
            _tag: "Span",
            spanId: "s",
            traceId: "t",
            name,
            sampled: true,
            parent,
            context,
            links,
            status: { _tag: "Started", startTime },
            attributes,
            kind,
            end: () => {},
            attribute: () => {},
            event: () => {},
            addLinks: () => {}
          }
        },
        context: (f) => f()
      })
      const { handler, context, scripts } = yield* open({ ask: knowing([]) })
      scripts.push(weather, says(["clear"]))
      yield* Stream.runDrain(handler(said("And in Bern?"))).pipe(Effect.provide(context), Effect.withTracer(tracer))
      expect(spans).toEqual([])
    })
  )
})
