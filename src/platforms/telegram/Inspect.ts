import type * as HttpClient from "@effect/platform/HttpClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Verdict } from "../../adapter/AdapterError.ts"
import { closures } from "../../adapter/AccessRule.ts"
import type { Inspection } from "../../adapter/Platform.ts"
import { settings as settingsOf, type TelegramConfig, type TelegramSettings } from "./Config.ts"
import { hostOf, type Me, type WebhookInfo } from "./Protocol.ts"
import { authCode, webhookInTheWay } from "./Protocol/AuthCodes.ts"
import * as Rest from "./Rest.ts"

const passing = "Nothing that a setting would mend: try again, and see whether this machine reaches the platform."

type Told = Pick<Inspection, "good" | "doubts"> & { readonly verdict?: Verdict }

/** How updates come to us, and whether something is in their way. */
const way = ({ removeWebhook, webhook }: TelegramSettings, { url }: WebhookInfo): Told => {
  const there = hostOf(url)
  if (webhook === undefined) {
    if (url === "") return { good: ["it is polled"], doubts: [] }
    return removeWebhook
      ? { good: ["it is polled"], doubts: [`its webhook at ${there} will be removed, so that it can be polled`] }
      : { good: [], doubts: [], verdict: webhookInTheWay(there) }
  }
  const good = [`it is posted to at ${hostOf(webhook.url)}`]
  const elsewhere = url !== "" && hostOf(url) !== hostOf(webhook.url)
  return { good, doubts: elsewhere ? [`its webhook points to ${there}, and will be set anew`] : [] }
}

const waiting = ({ pending }: WebhookInfo): Told => ({
  good: pending === 0 ? [] : [`${pending} ${pending === 1 ? "update waits" : "updates wait"} for it`],
  doubts: []
})

const privacy = ({ hearsAll }: Me): Told => ({
  good: [],
  doubts: hearsAll
    ? []
    : [
        "in groups it hears only what is addressed to it: privacy mode is on, /setprivacy at @BotFather turns it off (then add it to its groups anew)"
      ]
})

const failures = ({ lastError, url }: WebhookInfo): Told => ({
  good: [],
  doubts:
    lastError === undefined || url === ""
      ? []
      : [
          `Telegram last failed to post to ${hostOf(url)} at ${DateTime.formatIso(DateTime.unsafeMake(lastError.at))}: ${lastError.text}`
        ]
})

/** Asks Telegram who the bot is, what it hears, and how its updates leave Telegram. */
export const inspect = (config: TelegramConfig): Effect.Effect<Inspection, never, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const settings = settingsOf(config)
    const { access, account } = settings
    const rest = yield* Rest.make(settings)
    const asked = Effect.gen(function* () {
      const bot = yield* Rest.me(rest)
      const hook = yield* Rest.webhookInfo(rest)
      const { self, username } = bot
      const known = username === undefined ? self.id : `@${username}, ${self.id}`
      const told = [way(settings, hook), waiting(hook), privacy(bot), failures(hook)]
      const verdict = told.find((one) => one.verdict !== undefined)?.verdict
      return {
        account,
        doubts: [...closures(access), ...told.flatMap(({ doubts }) => doubts)],
        good: [`it is ${self.name ?? "a bot without a name"} (${known})`, ...told.flatMap(({ good }) => good)],
        ...(verdict === undefined
          ? undefined
          : {
              problem: {
                text: `a webhook at ${hostOf(hook.url)} receives its updates`,
                remedy: verdict.remedy,
                configuration: true
              }
            })
      }
    })
    return yield* Effect.catchAll(asked, (failed) => {
      const row = authCode(failed.status)
      const verdict = row?.action === "fatal" ? row.verdict : undefined
      return Effect.succeed<Inspection>({
        account,
        doubts: closures(access),
        good: [],
        problem: {
          text: row === undefined ? failed.message : `${row.meaning}: ${failed.message}`,
          remedy: verdict?.remedy ?? passing,
          configuration: verdict !== undefined
        }
      })
    })
  })
