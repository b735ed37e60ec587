import * as LanguageModel from "@effect/ai/LanguageModel"
import { Cause, Context, Duration, Effect, Exit, Layer, Logger, Option, Redacted, Stream } from "effect"
import { DownloadFailed } from "../../../src/adapter/AdapterError.ts"
import { accountId } from "../../../src/domain/Address.ts"
import type { MessageReceived } from "../../../src/domain/Event.ts"
import { Downloads } from "../../../src/handler/Downloads.ts"
import { type Handler, isPiece } from "../../../src/handler/Handler.ts"
import * as Llm from "../../../src/handler/Llm.ts"
import * as ChatCompletions from "../../../src/handler/Llm/ChatCompletions.ts"
import { Memory } from "../../../src/handler/Memory.ts"
import * as Node from "../../../src/node/index.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { serve } from "./server.ts"

export const account = accountId("qq", "main")
export const key = "sk-secret-0123456789"

let events = 0

/** Somebody says something to the bot, directly if nothing else is said. */
export const said = (text: string, more: Partial<MessageReceived> = {}): MessageReceived => ({
  ...FakeAdapter.said(account, "c2c:1", `e${++events}`, text),
  ...more
})

/** Somebody says something in a group. */
export const inGroup = (text: string, sender: string, more: Partial<MessageReceived> = {}): MessageReceived =>
  said(text, { conversation: { account, kind: "group", id: "group:1" }, sender: { id: sender, name: sender }, ...more })

/** What a handler said in answer to an event, and how it failed if it did. */
export const answers = <R>(handler: Handler<R>, event: MessageReceived) =>
  Effect.gen(function* () {
    const said: Array<string> = []
    const exit = yield* Effect.exit(
      Stream.runForEach(handler(event), (reply) =>
        Effect.sync(() => void said.push(isPiece(reply) ? reply.piece : reply.text))
      )
    )
    const failure = Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none()
    if (Exit.isFailure(exit) && Option.isNone(failure)) return yield* Effect.failCause(exit.cause)
    return { said, text: said.join(""), failure: Option.getOrUndefined(failure) }
  })

/** What comes along is fetched by what it is named. */
const downloads = (files: Readonly<Record<string, Uint8Array>>) =>
  Layer.succeed(Downloads, {
    fetch: (account, { url }) => {
      const file = files[url]
      return file === undefined
        ? Stream.fail(new DownloadFailed({ account, cause: "it is gone", retryable: false }))
        : Stream.rechunk(
            Stream.make(
              ...Array.from({ length: Math.ceil(file.length / 1e6) }, (_, n) => file.slice(n * 1e6, (n + 1) * 1e6))
            ),
            1
          )
    }
  })

/** A handler that asks a server of our own, and what it needs around it. */
export const open = (
  options: Partial<Llm.Options<LanguageModel.LanguageModel>> = {},
  files: Readonly<Record<string, Uint8Array>> = {}
) =>
  Effect.gen(function* () {
    const server = yield* serve
    const model = ChatCompletions.layer({ url: `${server.url}/`, key: Redacted.make(key), model: "test-1" })
    const context = yield* Layer.build(
      Layer.mergeAll(model.pipe(Layer.provide(Node.layer)), Memory.layerMemory, downloads(files))
    )
    const handler = Llm.make({
      ask: (prompt) => LanguageModel.streamText({ prompt }),
      model: "test-1",
      secrets: [Redacted.make(key)],
      patience: { first: Duration.seconds(9), next: Duration.seconds(9) },
      ...options
    })
    const log: Array<string> = []
    const recorded = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => void log.push(String(message)))
    )
    const ask = (event: MessageReceived) =>
      Effect.provide(answers(handler, event), Layer.merge(Layer.succeedContext(context), recorded))
    return { ...server, handler, ask, log, memory: Context.get(context, Memory), context }
  })
