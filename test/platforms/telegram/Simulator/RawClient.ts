import { HttpClient, HttpClientRequest } from "@effect/platform"
import { Effect, Fiber, Redacted, Schema, type Scope } from "effect"
import { isRecord } from "../../../../src/adapter/Fields.ts"
import type { Post } from "../../../../src/adapter/Simulator.ts"
import {
  defaultBot,
  make,
  type SimulatedBot,
  type TelegramSimulator,
  type TelegramSimulatorOptions
} from "../../../../src/platforms/telegram/Simulator.ts"
import * as MemoryNetwork from "../../../../src/testing/MemoryNetwork.ts"

export type Network = HttpClient.HttpClient | Scope.Scope

export const api = "https://api.telegram.org"

export const tokenOf = (bot: SimulatedBot) => Redacted.value(bot.token)
export const firstBot = defaultBot
export const otherBot: SimulatedBot = {
  token: Redacted.make("7200000002:AAHother-bot-of-the-simulated-platf"),
  id: "7200000002",
  username: "other_bot",
  name: "Other"
}
export const token = tokenOf(defaultBot)

/** Runs a test against a fresh simulator, behind an in-memory network under Telegram's own host name. */
export const withSimulator = <A, E>(
  options: Partial<TelegramSimulatorOptions>,
  test: (simulator: TelegramSimulator) => Effect.Effect<A, E, Network>
) =>
  Effect.flatMap(make(options), (simulator) =>
    test(simulator).pipe(Effect.provide(MemoryNetwork.layer({ "api.telegram.org": simulator })), Effect.scoped)
  )

const Envelope = Schema.Struct({
  ok: Schema.Boolean,
  result: Schema.optional(Schema.Unknown),
  error_code: Schema.optional(Schema.Int),
  description: Schema.optional(Schema.String),
  parameters: Schema.optional(Schema.Unknown)
})
const readEnvelope = Schema.decodeUnknownSync(Schema.parseJson(Envelope))

/** One request as it is, and the platform's answer. */
export const request = (made: HttpClientRequest.HttpClientRequest) =>
  Effect.gen(function* () {
    const response = yield* HttpClient.execute(made)
    const text = yield* response.text
    return { status: response.status, headers: response.headers, text, ...readEnvelope(text) }
  }).pipe(Effect.scoped)

/** One call with JSON arguments. */
export const call = (method: string, args: unknown = {}, of = token) =>
  Effect.flatMap(HttpClientRequest.bodyJson(HttpClientRequest.post(`${api}/bot${of}/${method}`), args), request)

/** What a call is refused with; nothing when it is carried out. */
export const refused = (method: string, args: unknown = {}) =>
  Effect.map(call(method, args), ({ description, ok }) => (ok ? undefined : description))

/** The message that a call gives. */
export const sent = (method: string, args: unknown) =>
  Effect.map(call(method, args), ({ description, result }) => {
    if (!isRecord(result)) throw new Error(`${method} was refused: ${description}`)
    return result
  })

const Updates = Schema.Array(Schema.Struct({ update_id: Schema.Int, message: Schema.optional(Schema.Unknown) }))
const readUpdates = Schema.decodeUnknownSync(Updates, { onExcessProperty: "preserve" })

/** What a poll brings: the updates. */
export const poll = (args: unknown = {}, of = token) =>
  Effect.map(call("getUpdates", args, of), ({ result }) => readUpdates(result))

const textOf = (message: unknown) => (isRecord(message) ? String(message["text"]) : "")

/** What a poll brings: the texts of the messages. */
export const texts = (args: unknown = {}) =>
  Effect.map(poll(args), (updates) => updates.map(({ message }) => textOf(message)))

export const settle = Effect.yieldNow().pipe(Effect.repeatN(30))

/** A call that goes on beside the test. */
export const begun = <A, E, R>(calling: Effect.Effect<A, E, R>) => Effect.zipLeft(Effect.fork(calling), settle)

export const isOver = <A, E>(fiber: Fiber.RuntimeFiber<A, E>) =>
  Effect.map(Fiber.poll(fiber), (exit) => exit._tag === "Some")

/** Says it to the bot, privately. */
export const say = (simulator: TelegramSimulator, text: string) => simulator.hear({ conversation: "chat:7001", text })

export interface Posted {
  readonly id: number
  readonly text: string
  readonly secret: string | undefined
  readonly contentType: string | undefined
}

/** A webhook's far end that answers what it is told to, and remembers what was posted to it. */
export const receiver = (
  answers: ReadonlyArray<{ status: number; headers?: Record<string, string>; body?: string }>
) => {
  const posted: Array<Posted> = []
  const post: Post = ({ body, headers }) =>
    Effect.sync(() => {
      const update = JSON.parse(body)
      posted.push({
        id: update.update_id,
        text: textOf(update.message),
        secret: headers["x-telegram-bot-api-secret-token"],
        contentType: headers["content-type"]
      })
      const answer = answers[Math.min(posted.length, answers.length) - 1] ?? { status: 200 }
      return { headers: { "content-type": "application/json", ...answer.headers }, body: "", ...answer }
    })
  return { post, posted }
}
