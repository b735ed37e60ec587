import { FetchHttpClient, HttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, Schedule } from "effect"
import { Bot, GrammyError, InlineKeyboard, InputFile, webhookCallback } from "grammy"
import * as Http from "node:http"
import { through } from "../../../src/adapter/Simulator/Post.ts"
import * as SimulatorServer from "../../../src/node/SimulatorServer.ts"
import {
  defaultBot,
  make,
  type TelegramSimulator,
  type TelegramSimulatorOptions
} from "../../../src/platforms/telegram/Simulator.ts"

const until = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean) =>
  Effect.delay(effect, "10 millis").pipe(Effect.repeat({ until: holds }), Effect.timeout("15 seconds"))

const token = Redacted.value(defaultBot.token)
const person = { conversation: "chat:7001" } as const

/** The published client as it is, pointed at a simulator. */
const served = (options: Partial<TelegramSimulatorOptions> = {}) =>
  Effect.gen(function* () {
    const simulator = yield* make(options)
    const { url } = yield* SimulatorServer.serve(simulator)
    const client = () => new Bot(token, { client: { apiRoot: url } })
    return { simulator, url, client, bot: client() }
  })

/** A bot that polls until the test ends; what it failed with, when it has. */
const polling = (bot: Bot) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const failed = bot.start().catch((error: unknown) => error)
      return { failed: Effect.promise(() => failed) }
    }),
    // the confirmation that it takes its leave with is held for 3 s when nothing is new: it is not waited for
    () => Effect.sync(() => void bot.stop().catch(() => undefined))
  )

const said = (simulator: TelegramSimulator, count: number) => until(simulator.said, ({ length }) => length === count)

/** What a call of the client is refused with. */
const refused = (call: () => Promise<unknown>) =>
  Effect.flip(Effect.tryPromise({ try: call, catch: (error) => (error instanceof GrammyError ? error : undefined) }))

const answers = (simulator: TelegramSimulator, method: string) =>
  Effect.map(simulator.record, (record) =>
    record.flatMap(({ detail, what }) => {
      const answer = detail as { method: string; status: number }
      return what === "answer" && answer.method === method ? [answer.status] : []
    })
  )

describe("grammY, polling", () => {
  it.scopedLive("hears a person and replies to what they said, in order", () =>
    Effect.gen(function* () {
      const { bot, simulator } = yield* served()
      bot.on("message:text", (ctx) =>
        ctx.reply(`you said ${ctx.message.text}`, { reply_parameters: { message_id: ctx.message.message_id } })
      )
      yield* polling(bot)
      const ids: Array<string> = []
      for (const text of ["one", "two"]) ids.push(yield* simulator.hear({ ...person, text }))
      expect(yield* said(simulator, 2)).toMatchObject([
        { conversation: "chat:7001", text: "you said one", replyTo: ids[0] },
        { conversation: "chat:7001", text: "you said two", replyTo: ids[1] }
      ])
      yield* until(simulator.connections, ([line]) => line?.state === "polling")
    })
  )

  it.scopedLive("obeys retry_after on a poll by itself, and on a send with a few lines", () =>
    Effect.gen(function* () {
      const { bot, simulator } = yield* served()
      bot.api.config.use(async (previous, method, payload, signal) => {
        const first = await previous(method, payload, signal)
        if (first.ok || first.parameters?.retry_after === undefined) return first
        const wait = first.parameters.retry_after * 1000
        await new Promise((resolve) => setTimeout(resolve, wait))
        return previous(method, payload, signal)
      })
      bot.on("message", (ctx) => ctx.reply("there"))
      yield* simulator.fault({ _tag: "Flood", retryAfter: 1, path: "getUpdates", times: 1 })
      yield* simulator.fault({ _tag: "Flood", retryAfter: 1, path: "sendMessage", times: 1 })
      yield* polling(bot)
      yield* simulator.hear({ ...person, text: "hello?" })
      yield* said(simulator, 1)
      expect((yield* answers(simulator, "getupdates")).slice(0, 2)).toEqual([429, 200])
      expect(yield* answers(simulator, "sendmessage")).toEqual([429, 200])
    })
  )

  it.scopedLive("is ended by 409 when a second bot polls, and the second goes on", () =>
    Effect.gen(function* () {
      const { bot, client, simulator } = yield* served()
      const first = yield* polling(bot)
      yield* until(simulator.connections, ({ length }) => length === 1)
      const other = client()
      other.on("message", (ctx) => ctx.reply("second"))
      yield* polling(other)
      expect(yield* first.failed).toMatchObject({
        error_code: 409,
        description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
      })
      yield* simulator.hear({ ...person, text: "who is there?" })
      expect(yield* said(simulator, 1)).toMatchObject([{ text: "second" }])
    })
  )

  it.scopedLive("is ended by 401, and by a webhook that somebody sets", () =>
    Effect.gen(function* () {
      const { bot, client, simulator } = yield* served()
      const running = yield* polling(bot)
      yield* until(simulator.connections, ({ length }) => length === 1)
      yield* simulator.fault({ _tag: "StealWebhook" })
      expect(yield* running.failed).toMatchObject({
        error_code: 409,
        description: "Conflict: terminated by setWebhook request"
      })
      yield* simulator.fault({ _tag: "Unauthorized", code: 401 })
      expect(yield* (yield* polling(client())).failed).toMatchObject({ error_code: 401, description: "Unauthorized" })
    })
  )

  it.scopedLive("removes a webhook before it polls, and gets what waited for it", () =>
    Effect.gen(function* () {
      const { bot, simulator } = yield* served()
      yield* simulator.fault({ _tag: "StealWebhook" })
      yield* simulator.hear({ ...person, text: "while it was stolen" })
      bot.on("message", (ctx) => ctx.reply("here"))
      yield* polling(bot)
      yield* said(simulator, 1)
    })
  )
})

it.scopedLive("a poll that is given up on the port is gone", () =>
  Effect.gen(function* () {
    const { simulator, url } = yield* served()
    const giving = new AbortController()
    const poll = fetch(`${url}/bot${token}/getUpdates?timeout=50`, { signal: giving.signal }).catch(() => undefined)
    yield* until(simulator.connections, ({ length }) => length === 1)
    giving.abort()
    yield* until(simulator.connections, ({ length }) => length === 0)
    yield* Effect.promise(() => poll)
  })
)

describe("grammY, speaking", () => {
  const speaking = Effect.tap(served({ conversations: ["chat:7001"] }), ({ bot }) => Effect.promise(() => bot.init()))

  it.scopedLive("edits what it said, and is told when that changes nothing", () =>
    Effect.gen(function* () {
      const { bot, simulator } = yield* speaking
      const { message_id } = yield* Effect.promise(() => bot.api.sendMessage(7001, "one"))
      yield* Effect.promise(() => bot.api.editMessageText(7001, message_id, "two"))
      expect(yield* simulator.said).toMatchObject([{ text: "two" }])
      expect(yield* refused(() => bot.api.editMessageText(7001, message_id, "two"))).toMatchObject({
        error_code: 400,
        description: expect.stringMatching(/^Bad Request: message is not modified: /)
      })
      yield* Effect.promise(() => bot.api.deleteMessage(7001, message_id))
      expect(yield* simulator.said).toEqual([])
    })
  )

  it.scopedLive("writes HTML and MarkdownV2, and is told what is wrong with them", () =>
    Effect.gen(function* () {
      const { bot } = yield* speaking
      const html = yield* Effect.promise(() =>
        bot.api.sendMessage(7001, '<b>all</b> is <a href="https://example.com/">well</a> &amp; good', {
          parse_mode: "HTML"
        })
      )
      expect(html).toMatchObject({
        text: "all is well & good",
        entities: [
          { type: "bold", offset: 0, length: 3 },
          { type: "text_link", offset: 7, length: 4, url: "https://example.com/" }
        ]
      })
      expect(
        yield* refused(() => bot.api.sendMessage(7001, "1.5 *times*", { parse_mode: "MarkdownV2" }))
      ).toMatchObject({
        description:
          "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"
      })
    })
  )

  it.scopedLive("shows buttons, hears them pressed and answers", () =>
    Effect.gen(function* () {
      const { bot, simulator } = yield* speaking
      const reply_markup = new InlineKeyboard().text("yes", "y")
      yield* Effect.promise(() => bot.api.sendMessage(7001, "sure?", { reply_markup }))
      bot.callbackQuery("y", async (ctx) => {
        await ctx.answerCallbackQuery("noted")
        await ctx.editMessageText("sure.")
      })
      yield* polling(bot)
      const id = yield* simulator.press({ ...person, data: "y" })
      yield* until(simulator.acknowledged, (ids) => ids.includes(id))
      yield* until(simulator.said, ([first]) => first?.text === "sure.")
    })
  )

  it.scopedLive("uploads a file, and gets its bytes back by getFile", () =>
    Effect.gen(function* () {
      const { bot, url } = yield* speaking
      const bytes = new Uint8Array(300_000).map((_, index) => (index * 7) % 256)
      const { document } = yield* Effect.promise(() =>
        bot.api.sendDocument(7001, new InputFile(bytes, "a.bin"), { caption: "here" })
      )
      expect(document).toMatchObject({ file_name: "a.bin", file_size: bytes.length })
      const { file_path } = yield* Effect.promise(() => bot.api.getFile(document.file_id))
      const fetched = yield* Effect.promise(() =>
        fetch(`${url}/file/bot${token}/${file_path}`).then((response) => response.arrayBuffer())
      )
      expect(Buffer.from(fetched).equals(bytes)).toBe(true)
    })
  )

  it.scopedLive("hears a person show a picture, and fetches it", () =>
    Effect.gen(function* () {
      const { bot, simulator, url } = yield* speaking
      bot.on("message:photo", async (ctx) => {
        const { file_path } = await ctx.getFile()
        const response = await fetch(`${url}/file/bot${token}/${file_path}`)
        await ctx.reply(`${ctx.message.caption}: ${(await response.arrayBuffer()).byteLength} bytes`)
      })
      yield* polling(bot)
      yield* simulator.show({ ...person, kind: "photo", bytes: new Uint8Array(1234), caption: "look" })
      expect(yield* said(simulator, 1)).toMatchObject([{ text: "look: 1234 bytes" }])
    })
  )
})

describe("grammY, behind a webhook", () => {
  const listening = (bot: Bot, secretToken: string) =>
    Effect.acquireRelease(
      Effect.async<Http.Server>((resume) => {
        const server = Http.createServer(webhookCallback(bot, "http", { secretToken }))
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        })
    )

  it.scopedLive("is posted to with its secret, and refuses what comes without", () =>
    Effect.gen(function* () {
      const post = through(yield* HttpClient.HttpClient)
      const { bot, simulator } = yield* served({ anyWebhook: true, post, retryScale: 0.001 })
      bot.on("message:text", (ctx) => ctx.reply(`you said ${ctx.message.text}`))
      const address = (yield* listening(bot, "s3cret")).address()
      const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/telegram`
      yield* Effect.promise(() => bot.api.setWebhook(url, { secret_token: "wrong" }))
      yield* simulator.hear({ ...person, text: "ping" })
      const info = Effect.promise(() => bot.api.getWebhookInfo())
      yield* until(info, ({ last_error_message }) => last_error_message !== undefined)
      expect(yield* info).toMatchObject({
        pending_update_count: 1,
        last_error_message: "Wrong response from the webhook: 401 Unauthorized"
      })
      yield* Effect.promise(() => bot.api.deleteWebhook())
      // one may be set once a second
      const set = Effect.tryPromise(() => bot.api.setWebhook(url, { secret_token: "s3cret" }))
      yield* Effect.retry(set, { schedule: Schedule.spaced("100 millis"), times: 20 })
      expect(yield* said(simulator, 1)).toMatchObject([{ conversation: "chat:7001", text: "you said ping" }])
      yield* until(info, ({ pending_update_count }) => pending_update_count === 0)
    }).pipe(Effect.provide(FetchHttpClient.layer))
  )
})
