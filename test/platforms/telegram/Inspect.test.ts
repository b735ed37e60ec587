import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import type { TelegramConfig } from "../../../src/platforms/telegram/Config.ts"
import { inspect } from "../../../src/platforms/telegram/Inspect.ts"
import { config, type Reaction, refusal, systemError, token, wire } from "./wire.ts"

const bot = {
  id: 7000000001,
  is_bot: true,
  first_name: "Gate",
  username: "gate_bot",
  can_read_all_group_messages: true
}

const inspected = ({
  changes = {},
  hook = {},
  me = { result: bot }
}: { changes?: Partial<TelegramConfig>; hook?: object; me?: Reaction } = {}) => {
  const { asked, layer } = wire(({ method }) =>
    method === "getMe" ? me : { result: { url: "", pending_update_count: 0, ...hook } }
  )
  return Effect.map(
    Effect.provide(inspect({ ...config, access: { _tag: "Open" }, ...changes }), layer),
    (inspection) => ({ inspection, asked })
  )
}

const webhook = { url: "https://bot.example:8443/hook/s3cret", secret: Redacted.make("shh") }
const theirs = { url: "https://hooks.example/s3cret" }

describe("inspecting a Telegram bot", () => {
  it.effect("says who it is and how it hears, and disturbs nobody", () =>
    Effect.gen(function* () {
      const { asked, inspection } = yield* inspected({ hook: { pending_update_count: 3 } })
      expect(inspection).toEqual({
        account: "telegram:main",
        good: ["it is Gate (@gate_bot, 7000000001)", "it is polled", "3 updates wait for it"],
        doubts: []
      })
      expect(asked.map(({ method }) => method)).toEqual(["getMe", "getWebhookInfo"])
    })
  )

  it.effect("doubts that a bot in privacy mode, or one that answers nobody, is meant to be so", () =>
    Effect.gen(function* () {
      const { inspection } = yield* inspected({
        changes: { access: { _tag: "Closed", remedy: "set TELEGRAM_ALLOWED_USERS" } },
        me: { result: { ...bot, can_read_all_group_messages: false } }
      })
      expect(inspection.doubts).toEqual([
        expect.stringContaining("set TELEGRAM_ALLOWED_USERS"),
        expect.stringContaining("/setprivacy")
      ])
    })
  )

  it.effect("finds a webhook in the way of polling, unless it may be removed", () =>
    Effect.gen(function* () {
      const { inspection } = yield* inspected({ hook: theirs })
      expect(inspection.problem).toEqual({
        text: "a webhook at hooks.example receives its updates",
        remedy: expect.stringContaining("TELEGRAM_REMOVE_WEBHOOK=true"),
        configuration: true
      })
      const removing = yield* inspected({ hook: theirs, changes: { removeWebhook: true } })
      expect(removing.inspection).toMatchObject({ doubts: [expect.stringContaining("hooks.example will be removed")] })
      expect(removing.inspection).not.toHaveProperty("problem")
    })
  )

  it.effect("tells where a bot is posted to, by host alone, and what last went wrong there", () =>
    Effect.gen(function* () {
      const failing = { last_error_date: 1790000000, last_error_message: "Wrong response from the webhook: 502" }
      const { inspection } = yield* inspected({ changes: { webhook }, hook: { url: webhook.url, ...failing } })
      expect(inspection).toMatchObject({
        good: [expect.anything(), "it is posted to at bot.example:8443"],
        doubts: [expect.stringMatching(/bot\.example:8443 at 2026-.*: Wrong response from the webhook: 502$/)]
      })
      const moved = yield* inspected({ changes: { webhook }, hook: { ...theirs, ...failing } })
      expect(moved.inspection.doubts[0]).toBe("its webhook points to hooks.example, and will be set anew")
      for (const each of [inspection, moved.inspection]) expect(JSON.stringify(each)).not.toMatch(/s3cret|shh/)
    })
  )

  it.effect("says what is wrong with its settings, and what to do (F31)", () =>
    Effect.gen(function* () {
      for (const status of [401, 404, 421]) {
        const { inspection } = yield* inspected({ me: refusal(status, "no") })
        expect(inspection.problem).toMatchObject({
          text: expect.stringContaining(`(${status})`),
          remedy: expect.stringMatching(/TELEGRAM_/),
          configuration: true
        })
      }
    })
  )

  it.effect("blames no setting for a platform that cannot be reached, and never tells the token", () =>
    Effect.gen(function* () {
      const away: ReadonlyArray<Reaction> = [
        { fault: systemError("ENOTFOUND", "getaddrinfo") },
        { status: 502, raw: "<html>" },
        { status: 200, raw: "<html>" },
        refusal(403, `Forbidden ${token}`),
        refusal(429, "slow")
      ]
      for (const me of away) {
        const { inspection } = yield* inspected({ me })
        expect(inspection).toMatchObject({
          good: [],
          problem: { configuration: false, remedy: expect.stringContaining("try again") }
        })
        expect(JSON.stringify(inspection)).not.toContain(token)
      }
    })
  )
})
