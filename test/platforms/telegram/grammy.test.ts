import { expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Bot } from "grammy"
import * as SimulatorServer from "../../../src/node/SimulatorServer.ts"
import { defaultBot, make } from "../../../src/platforms/telegram/Simulator.ts"

const until = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean) =>
  Effect.delay(effect, "10 millis").pipe(Effect.repeat({ until: holds }), Effect.timeout("15 seconds"))

/** The published client as it is, pointed at a simulator. */
const client = (url: string) => new Bot(Redacted.value(defaultBot.token), { client: { apiRoot: url } })

it.scopedLive("grammY polls, hears and replies", () =>
  Effect.gen(function* () {
    const simulator = yield* make()
    const { url } = yield* SimulatorServer.serve(simulator)
    const bot = client(url)
    bot.on("message:text", (ctx) => ctx.reply(`you said ${ctx.message.text}`))
    const running = bot.start()
    yield* Effect.addFinalizer(() => Effect.promise(() => bot.stop().then(() => running)))
    yield* simulator.hear({ conversation: "chat:7001", text: "ping" })
    yield* until(simulator.said, (said) => said.length === 1)
    expect(yield* simulator.said).toMatchObject([{ conversation: "chat:7001", text: "you said ping" }])
  })
)
