import * as HttpClient from "@effect/platform/HttpClient"
import type * as WebSocket from "@effect/platform/Socket"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Adapter } from "../../adapter/Adapter.ts"
import type { Budget } from "../../adapter/Budget.ts"
import * as Connection from "../../adapter/Connection.ts"
import { Digest } from "../../adapter/Digest.ts"
import { download, isAt } from "../../adapter/Download.ts"
import type { Ed25519 } from "../../adapter/Ed25519.ts"
import type { Account, Platform } from "../../adapter/Platform.ts"
import { PublicHttp } from "../../adapter/PublicHttp.ts"
import type { ResumeStore } from "../../adapter/ResumeStore.ts"
import { Stability } from "../../adapter/Stability.ts"
import type { Webhooks } from "../../adapter/Webhooks.ts"
import { capabilities } from "./Capabilities.ts"
import { accounts, type QQConfig, settings as settingsOf } from "./Config.ts"
import { inspect } from "./Inspect.ts"
import { places } from "./Places.ts"
import * as Rest from "./Rest.ts"
import * as Send from "./Send.ts"
import * as Socket from "./Socket.ts"
import * as Token from "./Token.ts"
import * as Webhook from "./Webhook.ts"

export { accounts, type QQConfig, type QQSettings, variables } from "./Config.ts"
export type { Intent } from "./Protocol/Intents.ts"

/** What a QQ account needs of the world. */
export type Requirements =
  | HttpClient.HttpClient
  | PublicHttp
  | WebSocket.WebSocketConstructor
  | Webhooks
  | Ed25519
  | Digest
  | ResumeStore
  | Budget
  | Stability

/** A fresh adapter for one bot. Opening it asks nobody anything; `listen` does. */
export const open = (config: QQConfig): Effect.Effect<Adapter, never, Requirements | Scope.Scope> =>
  Effect.gen(function* () {
    const settings = settingsOf(config)
    const { account, webhookPath: path } = settings
    const stability = yield* Effect.flatMap(Stability, (all) => all.of(account))
    const token = yield* Token.make(settings)
    const rest = yield* Rest.make(settings, token)
    const client = yield* HttpClient.HttpClient
    const cautious = yield* PublicHttp
    const { openWithin } = path === undefined ? Socket : Webhook
    const session = yield* path === undefined
      ? Socket.make({ settings, token, rest })
      : Webhook.make({ settings, path, rest })
    return {
      account,
      capabilities,
      listen: Connection.listen(account, session, Connection.policy(settings.listen, { openWithin, stability })),
      ...Send.make(settings, rest, yield* Digest),
      download: ({ size, url }) => download(isAt(settings.apiBaseUrl, url) ? client : cautious, account, url, size)
    }
  })

/** One bot of QQ's open platform, for the gateway to keep alive. */
export const account = (config: QQConfig): Account<Requirements> => {
  const { access, account, appId, clientSecret } = settingsOf(config)
  return {
    id: account,
    credential: { key: `qq:${appId}`, secret: clientSecret },
    access,
    capabilities,
    open: open(config)
  }
}

/** QQ's open platform: official bots, by WebSocket or by webhook. */
export const platform: Platform<QQConfig, Requirements> = {
  name: "qq",
  places,
  capabilities,
  accounts,
  account,
  inspect
}
