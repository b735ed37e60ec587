import { HttpClient, HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, FastCheck, Random, TestClock } from "effect"
import { make } from "../../../../src/platforms/telegram/Simulator.ts"
import * as Raw from "./RawClient.ts"

const get = (path: string) => Raw.request(HttpClientRequest.get(`${Raw.api}${path}`))
const bot = `/bot${Raw.token}`

describe("a method", () => {
  it.scoped("is called by GET or POST, its name in any case", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        for (const path of ["/getMe", "/GETME", "/getme?x=1", "/?method=getMe"]) {
          expect((yield* get(bot + path)).result).toEqual({
            id: Number(Raw.firstBot.id),
            is_bot: true,
            first_name: "Demo",
            username: "demo_bot",
            can_join_groups: true,
            can_read_all_group_messages: true,
            supports_inline_queries: false,
            can_connect_to_business: false,
            has_main_web_app: false
          })
        }
        expect((yield* get(`/bot${Raw.token}/test/getMe`)).ok).toBe(true)
        expect((yield* get(`/bot${encodeURIComponent(Raw.token)}/getMe`)).ok).toBe(true)
      })
    )
  )

  it.scoped(
    "takes its arguments from the query, from a form and from JSON, nested ones as JSON text outside JSON",
    () =>
      Raw.withSimulator({ conversations: ["chat:7001"] }, () =>
        Effect.gen(function* () {
          yield* Raw.sent("sendMessage", { chat_id: "7001", text: "1" })
          const reply = encodeURIComponent('{"message_id":1}')
          const post = HttpClientRequest.post(`${Raw.api}${bot}/sendMessage`)
          const form = new FormData()
          for (const [name, value] of Object.entries({
            chat_id: "7001",
            text: "x",
            reply_parameters: '{"message_id":1}'
          })) {
            form.append(name, value)
          }
          const args = { chat_id: 7001, text: "x", reply_parameters: { message_id: 1 } }
          const answers = [
            yield* get(`${bot}/sendMessage?chat_id=7001&text=x&reply_parameters=${reply}`),
            yield* Raw.request(
              HttpClientRequest.bodyUrlParams(post, { ...args, reply_parameters: '{"message_id":1}' })
            ),
            yield* Raw.request(HttpClientRequest.bodyFormData(post, form)),
            yield* Raw.call("sendMessage", args)
          ]
          for (const { result } of answers)
            expect(result).toMatchObject({ text: "x", reply_to_message: { message_id: 1 } })
        })
      )
  )

  const refusals: ReadonlyArray<readonly [string, number, string]> = [
    [`${bot}/getMee`, 404, "Not Found: method not found"],
    [`${bot}/`, 404, "Not Found: method not found"],
    [`/bot${Raw.token}x/getMe`, 401, "Unauthorized"],
    ["/bot1234:abc/getMe", 404, "Not Found"],
    ["/bot/getMe", 404, "Not Found"],
    ["/", 404, "Not Found"],
    [`/file/bot${Raw.token}/photos/file_0.jpg`, 404, "Not Found"],
    [`/file/bot${Raw.token}x/photos/file_0.jpg`, 401, "Unauthorized"]
  ]
  it.scoped.each(refusals)("at %s is answered %i", ([path, status, description]) =>
    Raw.withSimulator({}, () =>
      Effect.map(get(path), (answer) =>
        expect(answer).toMatchObject({ status, ok: false, error_code: status, description })
      )
    )
  )

  it.scoped("with a body that is not what it says is refused", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const post = HttpClientRequest.post(`${Raw.api}${bot}/getMe`)
        for (const type of ["application/json", "multipart/form-data; boundary=x"]) {
          expect((yield* Raw.request(HttpClientRequest.bodyText(post, "{", type))).status).toBe(400)
        }
      })
    )
  )
})

const turning = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.raceFirst(self, Effect.forever(TestClock.adjust("1 seconds")))

describe("whatever is called", () => {
  const methods =
    "getMe setWebhook deleteWebhook getWebhookInfo sendMessage sendPhoto sendVoice getFile editMessageText editMessageCaption deleteMessage sendChatAction answerCallbackQuery getUpdates"
  const value = FastCheck.oneof(
    FastCheck.anything({ withNullPrototype: false, maxDepth: 2 }),
    FastCheck.constantFrom(7001, "7001", 1, "@x", "chat", "HTML", "MarkdownV2", "<b>", "https://a.org", "typing")
  )
  const names =
    "chat_id text message_id parse_mode entities reply_parameters reply_markup offset photo voice caption url secret_token action message_thread_id limit file_id"
  const args = FastCheck.dictionary(FastCheck.constantFrom(...names.split(" ")), value, { maxKeys: 6 })

  it.scoped("with whatever arguments, is answered in the platform's envelope", () =>
    // whoever is to be told by a webhook is told by the clock
    turning(
      Raw.withSimulator({ conversations: ["chat:7001"], slowRepeats: false }, (simulator) =>
        Effect.gen(function* () {
          yield* Raw.say(simulator, "hello")
          const calls = FastCheck.sample(FastCheck.tuple(FastCheck.constantFrom(...methods.split(" ")), args), 500)
          for (const [method, given] of calls) {
            const body = yield* Effect.either(
              HttpClientRequest.bodyJson(HttpClientRequest.post(`${Raw.api}${bot}/${method}`), given)
            )
            if (Either.isLeft(body)) continue
            const answer = yield* Raw.request(body.right)
            expect(answer.ok ? 200 : answer.error_code).toBe(answer.status)
            expect(answer.status).toBeLessThan(500)
          }
        })
      )
    )
  )
})

describe("the record", () => {
  it.scoped("has every request with its time, and no secret", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.call("getMe")
        yield* TestClock.adjust("1 seconds")
        const url = `https://bot.example/${Raw.token}`
        yield* Raw.call("setWebhook", { url, secret_token: "s3cret" })
        yield* get(`${bot}/setWebhook?url=&secret_token=s3cret`)
        yield* get(`/bot${Raw.token}x/getMe`)
        yield* get(`/file/bot${Raw.token}/x`)
        yield* simulator.fault({ _tag: "Answer", status: 401, body: `no: ${Raw.token}`, times: 1 })
        yield* HttpClient.get(`${Raw.api}${bot}/getMe`)
        const record = yield* simulator.record
        expect(record.slice(0, 3)).toMatchObject([
          { at: 0, what: "request", detail: { account: Raw.firstBot.id, method: "getme", path: "/bot<token>/getMe" } },
          { at: 0, what: "answer", detail: { status: 200 } },
          { at: 1000, what: "request", detail: { method: "setwebhook" } }
        ])
        expect(record.filter(({ what }) => what === "request").length).toBe(6)
        expect(JSON.stringify(record)).not.toMatch(new RegExp(`${Raw.token.split(":")[1]}|s3cret`))
      })
    )
  )

  it.scoped("keeps the newest lines, as many as it was told to", () =>
    Raw.withSimulator({ keepRecord: 10 }, (simulator) =>
      Effect.gen(function* () {
        for (let text = 0; text < 50; text++) yield* Raw.say(simulator, String(text))
        const record = yield* simulator.record
        expect(record.length).toBe(10)
        expect(record.at(-2)).toMatchObject({ what: "hear", detail: { text: "49" } })
      })
    )
  )
})

it.scoped("names things alike from the same seed, and otherwise when it differs", () =>
  Effect.gen(function* () {
    const named = (seed: string) =>
      make().pipe(
        Effect.flatMap((simulator) => simulator.press({ conversation: "chat:7001", data: "x" })),
        Effect.withRandom(Random.make(seed))
      )
    expect(yield* named("one")).toBe(yield* named("one"))
    expect(yield* named("one")).not.toBe(yield* named("two"))
  })
)
