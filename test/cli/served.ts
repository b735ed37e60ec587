import { Effect, Redacted } from "effect"
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import * as QQSimulator from "../../src/platforms/qq/Simulator.ts"
import * as TelegramSimulator from "../../src/platforms/telegram/Simulator.ts"

/** A QQ platform for as long as the test runs, and the variables that point a bot of its there. */
export const qq = Effect.gen(function* () {
  const simulator = yield* QQSimulator.make()
  const { url } = yield* SimulatorServer.serve(simulator)
  const { appId, secret } = QQSimulator.defaultBot
  const env = { QQ_APP_ID: appId, QQ_CLIENT_SECRET: Redacted.value(secret), QQ_ACCESS: "open" }
  return { simulator, env: { ...env, QQ_TOKEN_BASE_URL: url, QQ_API_BASE_URL: url } }
})

/** The same of Telegram. */
export const telegram = Effect.gen(function* () {
  const simulator = yield* TelegramSimulator.make()
  const { url } = yield* SimulatorServer.serve(simulator)
  const env = { TELEGRAM_BOT_TOKEN: Redacted.value(TelegramSimulator.defaultBot.token), TELEGRAM_ACCESS: "open" }
  return { simulator, env: { ...env, TELEGRAM_API_BASE_URL: url } }
})
