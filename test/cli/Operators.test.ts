import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { freePort } from "../node/freePort.ts"
import { Program } from "./program.ts"
import { qq, telegram } from "./served.ts"

const timeout = 60_000

const person = "c2c:0123456789ABCDEF0123456789ABCDEF"

const Description = Schema.parseJson(
  Schema.Struct({
    paths: Schema.Record({ key: Schema.String, value: Schema.Record({ key: Schema.String, value: Schema.Unknown }) })
  })
)

/** What is answered, as far as it comes within a second: some answers have no end. */
const ask = (port: number, path: string, init: RequestInit = {}) =>
  Effect.promise(async () => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal: AbortSignal.timeout(5_000) })
    const reader = response.body?.getReader()
    const deadline = setTimeout(() => void reader?.cancel(), 1_000)
    let text = ""
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read())
      text += Buffer.from(piece.value).toString()
    clearTimeout(deadline)
    return { status: response.status, headers: JSON.stringify([...response.headers]), text }
  })

describe.concurrent("holdfast run, as operators reach it over TCP", { timeout }, () => {
  it.scopedLive(
    "tells no secret in any answer, neither of its servers answers for the other, and while it stops it is live and not ready",
    () =>
      Effect.gen(function* () {
        const [simulated, polled] = [yield* qq, yield* telegram]
        const [port, posted] = [yield* freePort, yield* freePort]
        const path = "/telegram/pl4nted-path"
        const secrets = {
          token: "pl4nted-operator-token",
          proxy: "pl4nted-proxy",
          webhook: "pl4nted_webhook_secret",
          bot: (polled.env.TELEGRAM_BOT_TOKEN.split(":")[1] ?? "") || "missing",
          qq: simulated.env.QQ_CLIENT_SECRET
        }
        const bot = new Program(["run"], {
          env: {
            ...simulated.env,
            ...polled.env,
            HOLDFAST_API_PORT: String(port),
            HOLDFAST_API_TOKEN: secrets.token,
            HOLDFAST_HTTP_PORT: String(posted),
            HOLDFAST_DRAIN_WITHIN: "3 seconds",
            HOLDFAST_LOG_FORMAT: "pretty",
            HTTPS_PROXY: `http://user:${secrets.proxy}@127.0.0.1:1`,
            TELEGRAM_WEBHOOK_URL: `https://bot.example.org${path}`,
            TELEGRAM_WEBHOOK_SECRET: secrets.webhook
          }
        })
        const headers = { authorization: `Bearer ${secrets.token}` }
        yield* Effect.promise(() => bot.says(/operators reach this process at http:\/\/127\.0\.0\.1:\d+/))
        yield* Effect.promise(() => bot.says(/qq:main connected as/))
        yield* Effect.promise(() => bot.says(/telegram:main connected as/))
        const document = yield* ask(port, "/openapi.json", { headers })
        const { paths } = yield* Schema.decodeUnknown(Description)(document.text)
        const gettable = Object.entries(paths).flatMap(([path, verbs]) => ("get" in verbs ? [path] : []))
        expect(gettable.length).toBeGreaterThan(7)
        const answers = yield* Effect.forEach(["/", "/nowhere", ...gettable], (path) =>
          ask(port, `${path.replace("{account}", "telegram:main")}?queue=inbox&id=x&contents=true`, { headers })
        )
        expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(6)
        const told = JSON.stringify([document, ...answers])
        expect(told).toContain("telegram:main")
        for (const [name, secret] of Object.entries(secrets)) {
          expect([name, secret.length > 8]).toEqual([name, true])
          for (const form of [secret, btoa(`user:${secret}`), encodeURIComponent(secret)])
            expect([name, told.includes(form), bot.output.includes(form)]).toEqual([name, false, false])
        }

        expect(yield* ask(port, "/readyz")).toMatchObject({ status: 200, text: '{"ready":true}' })
        expect(yield* ask(port, "/accounts")).toMatchObject({ status: 401 })
        const update = { method: "POST", body: "{}", headers: { "x-telegram-bot-api-secret-token": secrets.webhook } }
        expect(yield* ask(posted, path, update)).toMatchObject({ status: 400 })
        expect(yield* ask(port, path, { ...update, headers: { ...update.headers, ...headers } })).toMatchObject({
          status: 404
        })
        for (const path of ["/", "/livez", "/readyz", "/metrics", "/accounts", "/openapi.json"])
          expect([path, (yield* ask(posted, path, { headers })).status]).toEqual([path, 404])

        // a send whose answer is lost is waited for, for as long as draining may take
        yield* simulated.simulator.fault({ _tag: "LoseAnswer", path: "/messages", times: 1 })
        yield* simulated.simulator.hear({ conversation: person, text: "hello" })
        yield* Effect.repeat(Effect.delay(simulated.simulator.said, "20 millis"), { until: (all) => all.length > 0 })
        bot.signal("SIGTERM")
        yield* Effect.promise(() => bot.says(/asked to stop/))
        expect(yield* ask(port, "/livez", { headers })).toMatchObject({
          status: 200,
          text: expect.stringContaining('"phase":"stopping"')
        })
        expect(yield* ask(port, "/readyz")).toMatchObject({ status: 503, text: '{"ready":false}' })
        expect(yield* Effect.promise(() => bot.ended)).toBe(0)
      })
  )

  it.scopedLive("is live and not ready while its store cannot be opened, and tells nobody the way there", () =>
    Effect.gen(function* () {
      const { env } = yield* qq
      const [port, closed] = [yield* freePort, yield* freePort]
      const secret = "pl4nted-password"
      const bot = new Program(["run"], {
        env: {
          ...env,
          HOLDFAST_API_PORT: String(port),
          HOLDFAST_READY_EXCEPT: "qq:main",
          HOLDFAST_STORE_URL: `postgres://user:${secret}@127.0.0.1:${closed}/bots`
        }
      })
      yield* Effect.promise(() => bot.says(/is not open/))
      const live = yield* ask(port, "/livez")
      expect([live.status, JSON.parse(live.text)]).toMatchObject([200, { live: true, phase: "starting" }])
      const ready = yield* ask(port, "/readyz")
      expect([ready.status, JSON.parse(ready.text)]).toMatchObject([503, { ready: false, phase: "starting" }])
      expect(yield* ask(port, "/accounts")).toMatchObject({ status: 503 })
      const other = new Program(["run"], {
        env: { ...env, HOLDFAST_API_PORT: String(port), HOLDFAST_STORE_URL: "memory:" }
      })
      yield* Effect.promise(() => other.says(/is taken by another holdfast/))
      yield* Effect.promise(() => other.says(/connected as demo-bot/))
      expect(bot.output + JSON.stringify([live, ready])).not.toContain(secret)
    })
  )

  it("does not start where others reach it and no token is set, and says which variable that is", async () => {
    const bot = new Program(["run"], { env: { HOLDFAST_API_HOST: "0.0.0.0", HOLDFAST_API_PORT: "8090" } })
    expect(await bot.ended).toBe(78)
    expect(bot.stderr).toBe(
      "holdfast: HOLDFAST_API_TOKEN: it is not set, and others can reach 0.0.0.0: set at least 16 characters, or HOLDFAST_API_HOST to 127.0.0.1\n"
    )
  })
})
