import { Duration, Effect, Redacted } from "effect"
import { isRecord } from "../../../src/adapter/Fields.ts"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import * as Telegram from "../../../src/platforms/telegram/Adapter.ts"
import * as Simulator from "../../../src/platforms/telegram/Simulator.ts"
import type { Name, Row, Simulated, Verdict } from "../Row.ts"

const bot = (name: string, id: string): Simulator.SimulatedBot => ({
  token: Redacted.make(`${id}:AAH-the-secret-of-${name.padEnd(17, "-")}`),
  id,
  username: `${name}_bot`,
  name
})

const bots: Readonly<Record<Name, Simulator.SimulatedBot>> = {
  main: Simulator.defaultBot,
  good: bot("good", "7100000002"),
  bad: bot("bad", "7100000003")
}

const config = (name: Name): Telegram.TelegramConfig => ({
  name,
  token: bots[name].token,
  access: { _tag: "Open" }
})

const refusals = [
  { what: "401", code: 401, reason: "Unauthorized", remedy: "TELEGRAM_BOT_TOKEN" },
  { what: "404", code: 404, reason: "Misconfigured", remedy: "TELEGRAM_BOT_TOKEN" },
  { what: "421", code: 421, reason: "Misconfigured", remedy: "TELEGRAM_API_BASE_URL" }
] as const

/** What something between us and Telegram may answer. */
const wrong = [
  { status: 500, body: `{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}` },
  { status: 502, body: "<html>Bad Gateway</html>" },
  { status: 503, body: "" },
  { status: 200, body: "<html>Please log in to this network</html>" },
  { status: 403, body: "<html>Forbidden</html>" },
  { status: 200, body: `{"ok":true}` }
]

const simulated = (simulator: Simulator.TelegramSimulator): Simulated<Simulator.TelegramSimulator> => {
  const begin = (...faults: ReadonlyArray<Parameters<typeof simulator.fault>[0]>) =>
    Effect.forEach(faults, simulator.fault, { discard: true })
  const code = ({ what }: Verdict) => refusals.find((refusal) => refusal.what === what)?.code ?? 401
  return {
    simulator,
    troubles: {
      refuses: begin(
        ...wrong.map(({ body, status }): Fault => ({ _tag: "Answer", status, body, times: 1 })),
        { _tag: "Answer", status: 502, body: "<html>Bad Gateway</html>" },
        { _tag: "Close", code: 502 }
      ),
      limits: begin({ _tag: "Flood", retryAfter: 60, path: "getupdates" }, { _tag: "Close", code: 429 }),
      kicks: (after) => begin({ _tag: "CloseOn", step: "ready", code: 0, after }, { _tag: "Cut" }),
      condemns: (verdict, bot) =>
        simulator.fault({
          _tag: "Unauthorized",
          code: code(verdict),
          ...(bot === undefined ? undefined : { account: bots[bot].id })
        })
    }
  }
}

/** Telegram, polled. */
export const telegram: Row<Simulator.TelegramSimulator, Simulator.TelegramSimulatorOptions, Telegram.TelegramConfig> = {
  platform: "telegram",
  hosts: ["api.telegram.org"],
  simulate: (names, post, options) =>
    Effect.map(Simulator.make({ bots: names.map((name) => bots[name]), post, ...options }), simulated),
  hasten: (post) =>
    Effect.map(Simulator.make({ slowRepeats: false, anyWebhook: true, retryScale: 0.02, post }), simulated),
  id: (name) => bots[name].id,
  account: (name, changes) => Telegram.platform.account({ ...config(name), ...changes }),
  mistaken: (name) =>
    Telegram.platform.account({
      ...config(name),
      token: Redacted.make(`${bots[name].id}:AAH-this-is-not-the-secret-at-all--`)
    }),
  near: (url, listen, changes) =>
    Telegram.platform.account({
      ...config("main"),
      apiBaseUrl: url,
      pollTimeout: Duration.seconds(1),
      listen,
      ...changes
    }),
  conversation: "chat:7001",
  receives: (state) => state === "polling",
  // a poll, and 5 s
  believed: Duration.seconds(30),
  tries: (record) =>
    record.flatMap(({ at, detail, what }) =>
      what === "request" && isRecord(detail) && detail["method"] === "getme" ? [at] : []
    ),
  paths: { first: "/getMe", send: "/sendMessage" },
  words: { first: "getMe", upgrade: "getMe", refuses: "wrong answers", limits: "429s", secret: "TELEGRAM_BOT_TOKEN" },
  verdicts: refusals
}

/** Telegram, posting: each bot has an address of its own. */
export const posting: typeof telegram = {
  ...telegram,
  account: (name, changes) =>
    telegram.account(name, {
      webhook: { url: `https://bots.example/telegram/${name}`, secret: Redacted.make(`s3cret_of_${name}`) },
      ...changes
    }),
  receives: (state) => state === "webhook",
  // a check each minute, and 25 s
  believed: Duration.seconds(85)
}
