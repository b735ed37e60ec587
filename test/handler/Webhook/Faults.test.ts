import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Layer, Logger, LogLevel, Redacted } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { PublicHttp } from "../../../src/adapter/PublicHttp.ts"
import { received } from "../../../src/adapter/Signal.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { words } from "../../../src/gateway/Notices.ts"
import * as Webhook from "../../../src/handler/Webhook.ts"
import { mostReplies } from "../../../src/handler/Webhook/Answer.ts"
import * as HmacSha256 from "../../../src/node/HmacSha256.ts"
import * as NodeHttpClient from "../../../src/node/HttpClient.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { gateway } from "../../gateway/stage.ts"

const account = accountId("fake", "main")
let endpoint: ChildProcess | undefined
let url = ""

beforeAll(async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "faulty.mjs")], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  endpoint = child
  const port = await new Promise((resolve) =>
    child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()))
  )
  url = `http://127.0.0.1:${port}/`
})
afterAll(() => void endpoint?.kill("SIGKILL"))

const network = PublicHttp.layerTrusting.pipe(
  Layer.provide(NodeHttpClient.layer),
  Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map()))),
  Layer.merge(HmacSha256.layer)
)

/** A bot whose handler posts to the endpoint, and what each person is told, by their name. */
const bot = Effect.gen(function* () {
  const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 day" })] })
  const options = { url: Redacted.make(url), timeout: Duration.seconds(1), largest: 1_000_000 }
  const handler = yield* Effect.provide(Webhook.make(options), yield* Layer.build(network))
  const config = { handlerAttempts: 2, drainWithin: Duration.zero }
  const quiet = Logger.minimumLogLevel(LogLevel.None)
  yield* Layer.build(Layer.provide(gateway([fake], { handler, config }), quiet))
  yield* Effect.repeat(Effect.sleep("10 millis"), { until: () => fake.opened() > 0 })
  const told = (name: string) =>
    fake.sent.filter(({ conversation }) => conversation.id === name).map(({ content }) => content.text)
  /** Each of these says this, and is told so much. */
  const says = (name: string, text: string, id = `${name}-${text}`) =>
    fake.emit(received(FakeAdapter.said(account, name, id, text)))
  const until = (name: string, count: number) =>
    Effect.sync(() => told(name)).pipe(
      Effect.delay("10 millis"),
      Effect.repeat({ until: (all) => all.length >= count }),
      Effect.timeoutFail({
        duration: "20 seconds",
        onTimeout: () => new Error(`${name} was told ${told(name).join()}`)
      }),
      Effect.orDie
    )
  return { handler, says, told, until }
})

const { cut, failed } = words.en

describe("an endpoint in another process", () => {
  it.scopedLive("hurts those only whom it fails: each is told once, and others are answered meanwhile (F70, F86)", () =>
    Effect.gen(function* () {
      const { says, told, until } = yield* bot
      const before = process.memoryUsage().rss
      const faults = [
        "never",
        "slow",
        "silent",
        "cut",
        "broken",
        "busy",
        "malformed",
        "huge",
        "endless",
        "flood",
        "refused"
      ]
      for (const fault of faults) yield* says(fault, fault)
      for (let index = 0; index < 20; index++) {
        yield* says("well", `${index}`)
        yield* until("well", index + 1)
      }
      const counts: Readonly<Record<string, number>> = { silent: 2, cut: 2, endless: 2, flood: mostReplies + 1 }
      for (const fault of faults) yield* until(fault, counts[fault] ?? 1)
      expect(told("slow")).toEqual(["slowly but surely"])
      expect(told("busy")).toEqual(["heard busy"])
      expect(told("silent")).toEqual(["and then ", cut])
      expect(told("cut")).toEqual(["this is only half of ", cut])
      for (const fault of ["never", "broken", "malformed", "huge", "refused"])
        expect([fault, told(fault)]).toEqual([fault, [failed]])
      expect(told("endless").at(-1)).toBe(cut)
      expect(told("flood")).toEqual([...Array.from({ length: mostReplies }, () => "again"), cut])
      // the conversation goes on
      for (const fault of faults) yield* says(fault, "and now?")
      for (const fault of faults) {
        const count = told(fault).length
        yield* until(fault, told(fault).includes("heard and now?") ? count : count + 1)
        expect([fault, told(fault).at(-1)]).toEqual([fault, "heard and now?"])
      }
      const heard: unknown = yield* Effect.promise(() => fetch(`${url}heard`).then((response) => response.json()))
      const keys = Array.isArray(heard) ? heard.map(({ key }) => key) : []
      expect(keys.filter((key) => key === `${account}/broken-broken`)).toHaveLength(2)
      expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
    })
  )
})
