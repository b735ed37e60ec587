import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { defaultUpdates } from "./AllowedUpdates.ts"
import { bad, ok, type Refused, tooMany } from "./Answers.ts"
import type { Arguments } from "./Arguments.ts"
import type { Bot } from "./Bot.ts"
import type { Call, Method } from "./Call.ts"
import { meant, type TelegramFault } from "./Fault.ts"
import type { World } from "./World.ts"

/** Where a bot's updates are posted. */
export interface Webhook {
  readonly url: string
  readonly secret: string
  readonly maxConnections: number
  readonly ipAddress: string
  readonly hasCertificate: boolean
  /** Unix milliseconds */
  readonly since: number
  readonly line: number
  lastError: { readonly date: number; readonly message: string } | undefined
}

const parsed = Option.liftThrowable((url: string) => new URL(/^[a-z]+:\/\//i.test(url) ? url : `https://${url}`))

/** A webhook's URL, which may be without its `https://`; undefined where it is none. */
export const addressOf = (url: string): URL | undefined =>
  Option.getOrUndefined(Option.filter(parsed(url), ({ protocol }) => /^https?:$/.test(protocol)))

/** Sources: RFC 1122, RFC 1918, RFC 3927, RFC 6598, RFC 5737, RFC 5771 */
const reserved =
  /^(?:0|10|127)\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\.|^192\.168\.|^192\.0\.[02]\.|^198\.(?:1[89]|51)\.|^203\.0\.113\.|^2(?:2[4-9]|[345]\d)\./

const addressError = (host: string): string | undefined => {
  if (host.startsWith("[")) return "IPv6-only addresses are not allowed"
  if (/^[\d.]+$/.test(host)) return reserved.test(host) ? `IP address ${host} is reserved` : undefined
  if (host === "localhost") return "IP address 127.0.0.1 is reserved"
  // RFC 6761: such a name never resolves
  return /(?:^|\.)(?:invalid|test)$/.test(host)
    ? "Failed to resolve host: No address associated with hostname"
    : undefined
}

/** Why the platform refuses to post to this URL, if it does. */
const urlError = (url: URL, ipAddress: string): string | undefined => {
  if (url.protocol !== "https:") return "An HTTPS URL must be provided for webhook"
  if (!/^(?:|443|80|88|8443)$/.test(url.port)) return "Webhook can be set up only on ports 80, 88, 443 or 8443"
  return addressError(ipAddress === "" ? url.hostname : ipAddress)
}

const largestCertificate = 3 * 2 ** 20

const isSame = (bot: Bot, url: string, args: Arguments): boolean => {
  const old = bot.webhook
  if (args.flag("drop_pending_updates") || old?.hasCertificate === true || args.file("certificate") !== undefined) {
    return false
  }
  if (old === undefined || url === "") return old === undefined && url === ""
  return (
    old.url === url &&
    old.maxConnections === args.integer("max_connections", 40, 1, 100) &&
    old.secret === args.text("secret_token") &&
    old.ipAddress === args.text("ip_address")
  )
}

type Unposted = Extract<TelegramFault, { readonly _tag: "FailDeliveries" }>

/** setWebhook and deleteWebhook are one: the latter has no URL. */
const change = (world: World, { args, bot }: Call, url: string): Effect.Effect<string, Refused> =>
  Effect.suspend(() => {
    if (isSame(bot, url, args)) {
      bot.allow(args)
      return Effect.succeed(ok(true, url === "" ? "Webhook is already deleted" : "Webhook is already set"))
    }
    if (url !== "") bot.polls.endBySetWebhook()
    const wasSet = bot.webhook !== undefined
    bot.setWebhook(undefined)
    if (args.flag("drop_pending_updates")) bot.queue.clear()
    if (url === "") return Effect.succeed(ok(true, wasSet ? "Webhook was deleted" : "Webhook is already deleted"))
    const address = addressOf(url)
    const secret = args.text("secret_token")
    const certificate = args.file("certificate")
    if (address === undefined) return bad("invalid webhook URL specified")
    if (secret.length > 256) return bad("secret token is too long")
    if (!/^[\w-]*$/.test(secret)) return bad("secret token contains unallowed characters")
    if (certificate !== undefined && certificate.bytes.length > largestCertificate) {
      return bad(`certificate size is too big (${certificate.bytes.length} bytes)`)
    }
    const error = world.options.anyWebhook ? undefined : urlError(address, args.text("ip_address"))
    if (error !== undefined) return bad(`bad webhook: ${error}`)
    const isAway = ({ status, ...fault }: Unposted) => status === undefined && meant(bot.id)(fault)
    if (world.ownFaults.find("FailDeliveries", isAway) !== undefined) return bad("bad webhook: Connection refused")
    bot.allow(args)
    bot.setWebhook({
      url,
      secret,
      maxConnections: args.integer("max_connections", 40, 1, 100),
      ipAddress: args.text("ip_address"),
      hasCertificate: certificate !== undefined,
      since: world.now(),
      line: world.nextLine(),
      lastError: undefined
    })
    return Effect.succeed(ok(true, "Webhook was set"))
  })

const oneSecond = 1000

export const setWebhook: Method = (world, call) =>
  Effect.suspend((): Effect.Effect<string, Refused> => {
    const { bot } = call
    const url = call.args.text("url")
    const now = world.now()
    if (url !== "" && now < bot.nextSetWebhook) return tooMany(1)
    if (url !== "") bot.nextSetWebhook = now + oneSecond
    return change(world, call, url)
  })

export const deleteWebhook: Method = (world, call) => change(world, call, "")

export const getWebhookInfo: Method = (world, { bot }) =>
  Effect.suspend(() => {
    if (world.faults.take("Stall", ({ step }) => step === "hello") !== undefined) return Effect.never
    const { allowed, queue, webhook } = bot
    return Effect.succeed(
      ok({
        url: webhook?.url ?? "",
        has_custom_certificate: webhook?.hasCertificate ?? false,
        pending_update_count: queue.waiting.length,
        last_error_date: webhook?.lastError?.date,
        last_error_message: webhook?.lastError?.message,
        max_connections: webhook?.maxConnections,
        ip_address: webhook === undefined ? undefined : webhook.ipAddress || "<unknown>",
        allowed_updates: allowed === defaultUpdates ? undefined : Array.from(allowed)
      })
    )
  })
