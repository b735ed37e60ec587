import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { AdapterFatal, ConnectionLost } from "../../adapter/AdapterError.ts"
import type { ButtonData } from "../../adapter/ButtonData.ts"
import * as ConstantTime from "../../adapter/ConstantTime.ts"
import type { Session } from "../../adapter/Connection.ts"
import { undecodable } from "../../adapter/Line.ts"
import { points as pointsOf, type ResumeStore } from "../../adapter/ResumeStore.ts"
import * as Webhook from "../../adapter/Webhook.ts"
import type { WebhookAnswer, Webhooks } from "../../adapter/Webhooks.ts"
import type { TelegramSettings, TelegramWebhook } from "./Config.ts"
import { albumOf, type Self } from "./Events.ts"
import * as Losses from "./Losses.ts"
import * as ResumePoints from "./Polling/ResumePoint.ts"
import { type Update, updates } from "./Protocol.ts"
import { allowedUpdates } from "./Protocol/AllowedUpdates.ts"
import { webhookRefused } from "./Protocol/AuthCodes.ts"
import { me, type Rest, type RestFailed } from "./Rest.ts"
import type { Moved } from "./Send/Moved.ts"
import * as Updates from "./Updates.ts"
import * as Albums from "./Webhook/Albums.ts"
import * as Witness from "./Webhook/Witness.ts"

/** Where the secret stands. Source: https://core.telegram.org/bots/api#setwebhook */
const proof = "x-telegram-bot-api-secret-token"

/** How many chats are told of at once. */
const maxConnections = 40

/** The longest that opening a line takes: six calls of 20 s, and as long for what waits to arrive. */
export const openWithin = Duration.seconds(145)

const json = Option.liftThrowable((text: string): unknown => JSON.parse(text))
const utf8 = new TextDecoder()

const taken: WebhookAnswer = { status: 200 }
const unproven: WebhookAnswer = { status: 401 }
const unreadable: WebhookAnswer = { status: 400 }

/** The address that Telegram took last. */
const Taken = Schema.Struct({ url: Schema.String })
type Taken = typeof Taken.Type

export interface WebhookOptions {
  readonly settings: TelegramSettings
  readonly webhook: TelegramWebhook
  readonly rest: Rest
  readonly moved: Moved
  readonly data: ButtonData
}

const takenOf = pointsOf(Taken)

/** The sessions of one account that is posted to: each run sets the webhook and sees that it is set. A clean stop leaves it. */
export const make = ({
  data,
  moved,
  rest,
  settings,
  webhook
}: WebhookOptions): Effect.Effect<Session, never, Webhooks | ResumeStore> =>
  Effect.gen(function* () {
    const { account } = settings
    const secret = Redacted.value(webhook.secret)
    const albums = yield* Albums.of(account)
    const points = yield* ResumePoints.of(settings)
    const known = yield* takenOf(`${account}/webhook`)

    const point = Effect.map(
      points.load,
      Option.getOrElse(() => ResumePoints.start)
    )
    const note = Effect.flatMap(Effect.all([point, Clock.currentTimeMillis]), ([{ offset }, at]) =>
      points.save({ offset, at })
    )
    const stolen = Effect.flatMap(point, ({ offset }) => points.save({ offset }))
    const witnesses = Witness.make(rest, account, webhook.url, stolen)

    /** Telegram opens a connection to an address before it takes it: one that it has taken before is away, not wrong. */
    const refusal = (
      failed: RestFailed,
      before: Option.Option<Taken>
    ): Effect.Effect<never, ConnectionLost | AdapterFatal> =>
      failed.status === 400 && failed.foreign !== true && !Option.exists(before, ({ url }) => url === webhook.url)
        ? Losses.fatal(account, webhookRefused, failed.message)
        : Losses.ofCall(account, failed)

    const register = rest
      .call("setWebhook", {
        url: webhook.url,
        secret_token: secret,
        allowed_updates: allowedUpdates,
        max_connections: maxConnections,
        drop_pending_updates: false
      })
      .pipe(
        Effect.zipLeft(known.save({ url: webhook.url })),
        Effect.catchAll((failed) => Effect.flatMap(known.load, (before) => refusal(failed, before)))
      )

    const forget = rest
      .call("deleteWebhook", { drop_pending_updates: false })
      .pipe(Effect.mapError((failed) => Losses.ofCall(account, failed)))

    const open: Webhook.Options["open"] = (keep) =>
      Effect.gen(function* () {
        const bot = yield* Effect.mapError(me(rest), (failed) => Losses.ofCall(account, failed))
        const self: Self = { account, id: bot.self.id, username: bot.username }
        const { ours, pending } = yield* witnesses.waiting
        const resumed = ResumePoints.continues(yield* point, yield* Clock.currentTimeMillis)
        // to a webhook that is new to it Telegram posts at once what it would otherwise post in a minute or two
        if (ours && pending > 0) yield* forget
        yield* register
        const witness = yield* witnesses.begin(pending > 0)
        yield* note
        const understand = yield* Updates.reader(rest, moved, self)
        const keeping = yield* albums.begin(keep)

        const take = (update: Update) =>
          Effect.gen(function* () {
            const understood = understand(update, yield* Clock.currentTimeMillis)
            if (understood === undefined) return yield* moved.kept
            const event = yield* Updates.recalled(data, understood)
            const album = albumOf(update)
            if (album !== undefined && event._tag === "MessageReceived") return yield* keeping.add(album, event)
            yield* moved.kept
            return yield* keeping.keep(event)
          })

        return {
          self: bot.self,
          resumed,
          proven: witness.proven,
          check: Effect.zipRight(witness.check, note),
          answer: ({ body, headers }) => {
            const given = headers[proof]
            if (given === undefined || !ConstantTime.equal(given, secret)) return Effect.succeed(unproven)
            witness.hears()
            const [update] = updates([Option.getOrUndefined(json(utf8.decode(body)))])
            if (update !== undefined) return Effect.as(take(update), taken)
            undecodable.of().unsafeUpdate(1, [])
            return Effect.succeed(unreadable)
          }
        }
      })

    return yield* Webhook.session({ account, path: new URL(webhook.url).pathname, open })
  })
