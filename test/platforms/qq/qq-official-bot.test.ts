import { expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { type Bot, createBot, ReceiverMode } from "qq-official-bot"
import * as SimulatorServer from "../../../src/node/SimulatorServer.ts"
import { defaultBot, make, type QQSimulator } from "../../../src/platforms/qq/Simulator.ts"

const tokenHost = "https://bots.qq.com"

/** The published client as it is, but for its hosts, which it offers no setting for. */
const client = (url: string) => {
  const bot = createBot({
    appid: defaultBot.appId,
    secret: Redacted.value(defaultBot.secret),
    intents: ["GROUP_AND_C2C_EVENT", "PUBLIC_GUILD_MESSAGES"],
    mode: ReceiverMode.WEBSOCKET,
    logLevel: "off"
  })
  bot.request.defaults.baseURL = url
  bot.request.interceptors.request.use((config) => {
    return { ...config, url: config.url?.replace(tokenHost, url) ?? url }
  })
  return bot
}

const started = (url: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const bot = client(url)
      const heard: Array<string> = []
      bot.on("message.private", (event) => {
        heard.push(`private ${event.raw_message.trim()}`)
        void event.reply(`you said ${event.raw_message.trim()}`)
      })
      bot.on("message.group", (event) => {
        heard.push(`group ${event.raw_message.trim()}`)
        void event.reply(`they said ${event.raw_message.trim()}`)
      })
      await bot.start()
      return { bot, heard }
    }),
    ({ bot }) => Effect.promise(() => stop(bot))
  )

const stop = async (bot: Bot): Promise<void> => {
  await bot.sessionManager.stop()
  bot.sessionManager["authManager"].destroy()
}

const until = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean) =>
  Effect.delay(effect, "10 millis").pipe(Effect.repeat({ until: holds }), Effect.timeout("15 seconds"))

const served = Effect.gen(function* () {
  const simulator = yield* make()
  const { url } = yield* SimulatorServer.serve(simulator)
  return { simulator, ...(yield* started(url)) }
})

const opcodes = (simulator: QQSimulator) =>
  Effect.map(simulator.record, (record) =>
    record.flatMap(({ detail, what }) =>
      what === "received" ? [Number(JSON.parse((detail as { text: string }).text).op)] : []
    )
  )

it.scopedLive("qq-official-bot connects, hears C2C and group messages, and is heard", () =>
  Effect.gen(function* () {
    const { heard, simulator } = yield* served
    const c2c = yield* simulator.hear({ conversation: "c2c:7C0E5A9D", text: "ping" })
    const group = yield* simulator.hear({ conversation: "group:5D1F0A7B", text: "status" })
    const said = yield* until(simulator.said, (said) => said.length === 2)
    expect(heard).toEqual(["private ping", "group status"])
    expect(said.toSorted((a, b) => a.conversation.localeCompare(b.conversation))).toMatchObject([
      { conversation: "c2c:7C0E5A9D", text: "you said ping", replyTo: c2c },
      { conversation: "group:5D1F0A7B", text: "they said status", replyTo: group }
    ])
  })
)

it.scopedLive("qq-official-bot resumes after a close with 4009 and gets what it missed, in order", () =>
  Effect.gen(function* () {
    const { heard, simulator } = yield* served
    yield* simulator.hear({ conversation: "c2c:7C0E5A9D", text: "before" })
    yield* until(
      Effect.sync(() => heard.length),
      (count) => count === 1
    )
    yield* simulator.fault({ _tag: "Close", code: 4009 })
    yield* simulator.hear({ conversation: "c2c:7C0E5A9D", text: "missed" })
    yield* simulator.hear({ conversation: "group:5D1F0A7B", text: "missed too" })
    yield* until(
      Effect.sync(() => heard.length),
      (count) => count === 3
    )
    expect(heard).toEqual(["private before", "private missed", "group missed too"])
    expect((yield* opcodes(simulator)).filter((op) => op !== 1)).toEqual([2, 6])
    expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
  })
)
