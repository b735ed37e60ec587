import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { isIP } from "node:net"
import { PublicHttp } from "../../adapter/PublicHttp.ts"
import * as Setting from "../../adapter/Setting.ts"
import * as HmacSha256 from "../../node/HmacSha256.ts"
import * as PublicAddress from "../../node/PublicAddress.ts"
import type { Row } from "../Handlers.ts"

const timeout = Duration.minutes(1)

/** What an address that stands in a URL itself is, if it is not public. */
const rangeOf = ({ hostname }: URL): string | undefined => {
  const host = hostname.replace(/^\[|\]$/g, "")
  if (isIP(host) !== 0) return PublicAddress.rangeOf(host)
  return host === "localhost" || host.endsWith(".localhost") ? "loopback" : undefined
}

const address = /^https?:\/\/[^\s/?#]+\S*$/
const noAddress = "it wants an address that begins with https:// or http://"

const wrong = (why: string) => Either.left(ConfigError.InvalidData(["HOLDFAST_WEBHOOK_URL"], why))

const settings = Config.all({
  url: Setting.secret(address, noAddress)("HOLDFAST_WEBHOOK_URL"),
  secret: Setting.secret()("HOLDFAST_WEBHOOK_SECRET").pipe(Config.withDefault(undefined)),
  timeout: Setting.span("HOLDFAST_WEBHOOK_TIMEOUT").pipe(Config.withDefault(timeout)),
  trusting: Setting.flag("HOLDFAST_WEBHOOK_ALLOW_PRIVATE").pipe(Config.withDefault(false))
}).pipe(
  Config.mapOrFail((settings) => {
    const text = Redacted.value(settings.url)
    if (!URL.canParse(text)) return wrong(noAddress)
    const url = new URL(text)
    const range = settings.trusting ? undefined : rangeOf(url)
    return range === undefined
      ? Either.right({ ...settings, host: url.host })
      : wrong(`it is not public (${range}): set HOLDFAST_WEBHOOK_ALLOW_PRIVATE=true if that is meant`)
  })
)

/** Events are posted to an endpoint, which answers. */
export const webhook: Row = {
  name: "webhook",
  variables: [
    { name: "HOLDFAST_WEBHOOK_URL", description: "where events are posted to: an https address", secret: true },
    {
      name: "HOLDFAST_WEBHOOK_SECRET",
      description: "what requests are signed with, so that the endpoint knows whose they are",
      secret: true
    },
    {
      name: "HOLDFAST_WEBHOOK_TIMEOUT",
      description: "how long its answer may take to begin, and may pause once it has begun",
      default: Setting.written(timeout)
    },
    {
      name: "HOLDFAST_WEBHOOK_ALLOW_PRIVATE",
      description: "whether it may be in a private network, or on this machine",
      default: "false"
    }
  ],
  config: Effect.map(settings, ({ host, trusting, ...options }) => {
    const opened = Effect.promise(() => import("../../handler/Webhook.ts")).pipe(
      Effect.flatMap((body) => body.make({ ...options, name: `webhook ${host}` })),
      Effect.provide(HmacSha256.layer)
    )
    return trusting ? Effect.provide(opened, PublicHttp.layerTrusting) : opened
  })
}
