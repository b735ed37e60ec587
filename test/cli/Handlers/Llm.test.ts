import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Logger } from "effect"
import * as Handlers from "../../../src/cli/Handlers.ts"
import { Downloads } from "../../../src/handler/Downloads.ts"
import { words } from "../../../src/handler/Llm/Words.ts"
import { Memory } from "../../../src/handler/Memory.ts"
import * as Node from "../../../src/node/index.ts"
import { messages, says, type Script, serve, status } from "../../handler/Llm/server.ts"
import { answers, key, said } from "../../handler/Llm/stage.ts"

const around = Layer.mergeAll(
  Logger.remove(Logger.defaultLogger),
  Node.layer,
  Memory.layerMemory,
  Layer.succeed(Downloads, { fetch: () => Effect.dieMessage("nothing came along") })
)

/** What is answered to one message after the other by the model of these settings, which answers so. */
const talk = (values: Readonly<Record<string, string | undefined>>, ...scripts: ReadonlyArray<Script>) =>
  Effect.gen(function* () {
    const server = yield* serve
    server.scripts.push(...scripts)
    const provider = ConfigProvider.fromMap(
      new Map(
        Object.entries({
          HOLDFAST_HANDLER: "llm",
          HOLDFAST_LLM_MODEL: "claude-test",
          HOLDFAST_LLM_KEY: key,
          HOLDFAST_LLM_SYSTEM: "Be brief.",
          HOLDFAST_LLM_NEXT_WITHIN: "500 millis",
          HOLDFAST_LLM_URL: server.url.replace(values["HOLDFAST_LLM_PROVIDER"] === "anthropic" ? "/v1" : "", ""),
          ...values
        }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
      )
    )
    const all = yield* Effect.gen(function* () {
      const handler = yield* Effect.flatten(Effect.withConfigProvider(Handlers.config, provider))
      return yield* Effect.forEach(scripts, () => answers(handler, said("hello")))
    }).pipe(Effect.provide(around))
    return { all, asked: server.asked }
  })

describe("a model of Anthropic's", () => {
  it.scopedLive("answers piece by piece, and is told what was said so far", () =>
    Effect.gen(function* () {
      const { all, asked } = yield* talk(
        { HOLDFAST_LLM_PROVIDER: "anthropic", HOLDFAST_LLM_ANSWER_TOKENS: "77" },
        messages(["Hel", "lo"]),
        messages(["again"])
      )
      expect(all).toMatchObject([
        { said: ["Hel", "lo"], failure: undefined },
        { text: "again", failure: undefined }
      ])
      expect(asked[1]).toMatchObject({
        path: "/v1/messages",
        headers: { "x-api-key": key, "anthropic-version": "2023-06-01" },
        body: {
          model: "claude-test",
          max_tokens: 77,
          system: [{ type: "text", text: "Be brief." }],
          messages: [
            { role: "user", content: [{ type: "text", text: "hello" }] },
            { role: "assistant", content: [{ type: "text", text: "Hello" }] },
            { role: "user", content: [{ type: "text", text: "hello" }] }
          ]
        }
      })
      expect(asked[1]?.headers).not.toHaveProperty("traceparent")
    })
  )

  it.scopedLive("fails as any other does: refused, overloaded, cut off, in the middle of an answer", () =>
    Effect.gen(function* () {
      const leak = { type: "authentication_error", message: `invalid x-api-key ${key}` }
      const overloaded = `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`
      const { all } = yield* talk(
        { HOLDFAST_LLM_PROVIDER: "anthropic", HOLDFAST_NOTICES: "zh" },
        status(401, leak),
        status(529, { type: "overloaded_error" }, { "retry-after": "3" }),
        messages(["Hel"], true),
        (response) => void response.writeHead(200, { "content-type": "text/event-stream" }).write(overloaded)
      )
      expect(all.map(({ failure, text }) => [text, failure?.cause])).toEqual([
        [
          "",
          "the model claude-test failed (Unauthorized): it answered 401 (authentication_error): invalid x-api-key …; look at its key"
        ],
        ["", "the model claude-test failed (Busy): it answered 529 (overloaded_error)"],
        ["Hel", expect.stringContaining("(Cut): its answer was cut off")],
        ["", "the model claude-test failed (Busy): it broke off its answer (overloaded_error): Overloaded"]
      ])
      expect(all.map(({ failure }) => failure?.notice)).toEqual([
        words.zh.unwell,
        words.zh.away,
        words.zh.away,
        words.zh.away
      ])
      expect(all[1]?.failure?.retryAfter).toBeGreaterThan(2000)
      expect(JSON.stringify(all)).not.toContain(key)
    })
  )
})

describe("a model that speaks chat completions", () => {
  it.scopedLive("is asked for no more than it may answer, and where nobody asks for a key none is shown", () =>
    Effect.gen(function* () {
      const values = { HOLDFAST_LLM_ANSWER_TOKENS: "77", HOLDFAST_LLM_MODEL: "test-1", HOLDFAST_LLM_KEY: undefined }
      const { asked } = yield* talk(values, says(["hello"]))
      expect(asked[0]?.body).toMatchObject({ model: "test-1", max_tokens: 77 })
      expect(asked[0]?.headers).not.toHaveProperty("authorization")
    })
  )
})
