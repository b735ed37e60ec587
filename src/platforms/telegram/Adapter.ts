import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Adapter } from "../../adapter/Adapter.ts"
import * as ButtonData from "../../adapter/ButtonData.ts"
import * as Connection from "../../adapter/Connection.ts"
import type { Account, Platform } from "../../adapter/Platform.ts"
import type { PublicHttp } from "../../adapter/PublicHttp.ts"
import type { ResumeStore } from "../../adapter/ResumeStore.ts"
import { Stability } from "../../adapter/Stability.ts"
import type { Webhooks } from "../../adapter/Webhooks.ts"
import { capabilities } from "./Capabilities.ts"
import { accounts, settings as settingsOf, type TelegramConfig } from "./Config.ts"
import { placeOf } from "./Events/Place.ts"
import { inspect } from "./Inspect.ts"
import { places } from "./Places.ts"
import * as Polling from "./Polling.ts"
import * as Rest from "./Rest.ts"
import * as Send from "./Send.ts"
import * as Moved from "./Send/Moved.ts"
import * as Webhook from "./Webhook.ts"

export { accounts, type TelegramConfig, type TelegramSettings, type TelegramWebhook, variables } from "./Config.ts"

/** What a Telegram account needs of the world. */
export type Requirements = HttpClient.HttpClient | PublicHttp | ResumeStore | Stability | Webhooks

/** A fresh adapter for one bot. Opening it asks nobody anything; `listen` does. */
export const open = (config: TelegramConfig): Effect.Effect<Adapter, never, Requirements | Scope.Scope> =>
  Effect.gen(function* () {
    const settings = settingsOf(config)
    const { account, webhook } = settings
    const stability = yield* Effect.flatMap(Stability, (all) => all.of(account))
    const rest = yield* Rest.make(settings)
    const moved = yield* Moved.make(account)
    const data = yield* ButtonData.make(account)
    const { openWithin } = webhook === undefined ? Polling : Webhook
    const session = yield* webhook === undefined
      ? Polling.make({ settings, rest, moved, data })
      : Webhook.make({ settings, webhook, rest, moved, data })
    return {
      account,
      capabilities,
      formerly: (conversation) => {
        // what is a group with topics now had none before
        const chat = moved.from(placeOf(conversation)?.chat ?? "")
        return chat === undefined ? undefined : `chat:${chat}`
      },
      listen: Connection.listen(account, session, Connection.policy(settings.listen, { openWithin, stability })),
      ...(yield* Send.make(settings, rest, moved, data))
    }
  })

/** One Telegram bot, for the gateway to keep alive. */
export const account = (config: TelegramConfig): Account<Requirements> => {
  const { access, account, botId, maxAge, token } = settingsOf(config)
  return {
    id: account,
    credential: { key: `telegram:${botId}`, secret: token },
    access,
    maxAge,
    capabilities,
    open: open(config)
  }
}

/** Telegram's Bot API, by polling or by webhook. */
export const platform: Platform<TelegramConfig, Requirements> = {
  name: "telegram",
  places,
  capabilities,
  accounts,
  account,
  inspect
}
