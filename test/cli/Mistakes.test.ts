import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Environment from "../../src/cli/Environment.ts"
import * as Settings from "../../src/cli/Settings.ts"
import * as Variables from "../../src/cli/Variables.ts"
import { folder } from "./program.ts"

const qq = { QQ_APP_ID: "102000001", QQ_CLIENT_SECRET: "geheim", QQ_ACCESS: "open" }
const telegram = { TELEGRAM_BOT_TOKEN: `7100000001:${"A".repeat(35)}`, TELEGRAM_ACCESS: "open" }
const two = {
  QQ_ACCOUNTS: "a,b",
  QQ_ACCESS: "open",
  QQ_A_APP_ID: "1",
  QQ_A_CLIENT_SECRET: "x",
  QQ_B_CLIENT_SECRET: "y"
}

/** What a person reads who sets these variables, and whose folder has these files. */
const said = (variables: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const directory = folder()
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
    const { provider, values, whole } = yield* Environment.read(variables, directory)
    const lines = yield* Effect.zipRight(whole, Effect.withConfigProvider(Settings.read, provider)).pipe(
      Effect.match({ onFailure: (error) => Environment.complaints(error, values), onSuccess: () => [] })
    )
    return [...lines, ...Variables.typos(values)]
  })

const span = "it wants a span of time of 24 days at most, such as 30 seconds or 5 minutes, or off"

describe("what is set wrongly", () => {
  it.effect.each([
    [{ QQ_APP_ID: "1" }, "QQ_CLIENT_SECRET is not set: it wants the bot's client secret, from the QQ bot console"],
    [{ QQ_CLIENT_SECRET: "x" }, "QQ_APP_ID is not set: it wants the bot's app id, from the QQ bot console"],
    [{ ...qq, QQ_CLIENT_SECRET: "" }, "QQ_CLIENT_SECRET: the secret is empty"],
    [{ ...qq, QQ_ACCESS: "everyone" }, 'QQ_ACCESS: "everyone" is none of open, allowlist and pairing'],
    [{ ...qq, QQ_ACESS: "open" }, "nothing reads QQ_ACESS: did you mean QQ_ACCESS?"],
    [{ ...qq, HOLDFAST_STORE: "memory:" }, "nothing reads HOLDFAST_STORE: did you mean HOLDFAST_STORE_URL?"],
    [
      { ...qq, QQ_APP_ID: '"17"' },
      'QQ_APP_ID is ""17"": an app id is decimal digits, as the QQ bot console shows it; the quotation marks around it are part of it'
    ],
    [{ ...qq, QQ_API_BASE_URL: "api.sgroup.qq.com" }, /^QQ_API_BASE_URL: "api\.sgroup\.qq\.com" is no https:\/\/ or/],
    [{ ...qq, QQ_INTENTS: "EVERYTHING" }, /^QQ_INTENTS: "EVERYTHING" is no intent: choose from GUILDS, /],
    [{ ...qq, QQ_WEBHOOK_PATH: "qq" }, 'QQ_WEBHOOK_PATH: "qq" is no path, such as /qq/main'],
    [{ QQ_ACCOUNTS: "main,main" }, 'QQ_ACCOUNTS is "main,main": an account is named twice'],
    [{ QQ_ACCOUNTS: "ma in" }, 'QQ_ACCOUNTS: "ma in" is no name: use lower-case letters and digits'],
    [two, "QQ_B_APP_ID is not set: it wants the bot's app id, from the QQ bot console"],
    [{ ...two, QQ_B_APP_ID: "1" }, 'QQ_B_APP_ID is "1": the same bot as QQ_A_APP_ID: one bot can be only one account'],
    [
      { ...two, QQ_B_APP_ID: "2", QQ_WEBHOOK_PATH: "/qq" },
      "QQ_B_WEBHOOK_PATH: the same path as QQ_A_WEBHOOK_PATH: every account needs one of its own"
    ],
    [
      { ...telegram, TELEGRAM_BOT_TOKEN: "abc" },
      /^TELEGRAM_BOT_TOKEN: a token is the bot's id, a colon and at least 24/
    ],
    [
      { ...telegram, TELEGRAM_ALLOWED_USERS: "@bob" },
      'TELEGRAM_ALLOWED_USERS: "@bob" is no id: Telegram\'s ids are numbers'
    ],
    [
      { ...telegram, TELEGRAM_POLL_TIMEOUT: "2 minutes" },
      /^TELEGRAM_POLL_TIMEOUT is "2 minutes": it wants whole seconds/
    ],
    [
      { ...telegram, TELEGRAM_WEBHOOK_URL: "https://x.example/a" },
      /^TELEGRAM_WEBHOOK_SECRET is not set: it wants what/
    ],
    [{ ...qq, HOLDFAST_WATCHDOG: "sixty" }, `HOLDFAST_WATCHDOG is "sixty": ${span}`],
    [{ ...qq, HOLDFAST_ALERT_AFTER: "5" }, `HOLDFAST_ALERT_AFTER is "5": ${span}`],
    [{ ...qq, HOLDFAST_CONCURRENCY: "-1" }, 'HOLDFAST_CONCURRENCY is "-1": it wants a whole number from 1'],
    [{ ...qq, HOLDFAST_STORE_URL: "mysql://u:geheim@h/d" }, /^HOLDFAST_STORE_URL: it wants sqlite:PATH, postgres:/],
    [{ ...qq, HOLDFAST_API_PORT: "99999" }, 'HOLDFAST_API_PORT is "99999": it wants a port, from 1 to 65535, or off'],
    [
      { ...qq, HOLDFAST_API_HOST: "0.0.0.0" },
      /^HOLDFAST_API_TOKEN: it is not set, and others can reach 0\.0\.0\.0: set/
    ],
    [{ ...qq, HOLDFAST_API_TOKEN: "geheim" }, /^HOLDFAST_API_TOKEN: a token is at least 16 characters/],
    [{ ...qq, HOLDFAST_HANDLER: "nonsense" }, /^HOLDFAST_HANDLER is "nonsense": it wants one of echo, webhook/],
    [{ ...qq, HOLDFAST_HANDLER: "webhook" }, /^HOLDFAST_WEBHOOK_URL is not set: it wants where events are posted to/],
    [{ ...qq, HOLDFAST_HANDLER: "llm" }, /^HOLDFAST_LLM_MODEL is not set: it wants the model that answers/],
    [{ ...qq, HOLDFAST_ROUTES: "foo bar" }, /^HOLDFAST_ROUTES: the route "foo bar": it wants what is matched, =,/],
    [{ ...qq, HOLDFAST_LIMIT_PERSON: "20" }, /^HOLDFAST_LIMIT_PERSON is "20": it wants how often in which time, such/],
    [
      { ...qq, HOLDFAST_ALERT_CONVERSATION: "telegram:main/chat:42" },
      /: telegram:main is no account of this process: it has qq:main$/
    ],
    [{ ...qq, HOLDFAST_NOTICES: "de" }, 'HOLDFAST_NOTICES is "de": it wants one of en, zh, off'],
    [{ ...qq, HOLDFAST_LOG_LEVEL: "loud" }, /^HOLDFAST_LOG_LEVEL is "loud": it wants one of trace, debug/],
    [{ ...qq, OTEL_EXPORTER_OTLP_ENDPOINT: "x" }, /^OTEL_EXPORTER_OTLP_ENDPOINT is "x": it wants an http:\/\/ or/]
  ] as ReadonlyArray<readonly [Readonly<Record<string, string>>, string | RegExp]>)(
    "%j is one line that says what it wants",
    ([variables, line]) =>
      Effect.gen(function* () {
        const lines = yield* said(variables)
        expect(lines).toEqual([typeof line === "string" ? line : expect.stringMatching(line)])
        expect(lines.join()).not.toContain("geheim")
      })
  )

  it.effect("all that is wrong is said at once, a line each", () =>
    Effect.gen(function* () {
      expect(yield* said({ ...qq, QQ_ACCESS: "x", HOLDFAST_CONCURRENCY: "y", HOLDFAST_NOTICES: "z" })).toHaveLength(3)
    })
  )

  it.effect("a secret that is kept in an empty file is empty", () =>
    Effect.gen(function* () {
      const secret = join(folder(), "secret")
      writeFileSync(secret, "\n")
      const { QQ_CLIENT_SECRET: _, ...others } = qq
      expect(yield* said(others, { ".env": `QQ_CLIENT_SECRET_FILE=${secret}` })).toEqual([
        "QQ_CLIENT_SECRET: the secret is empty"
      ])
    })
  )
})
