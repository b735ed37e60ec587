import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Acknowledgements from "../../adapter/Acknowledgements.ts"
import { ConnectionLost } from "../../adapter/AdapterError.ts"
import type { Session } from "../../adapter/Connection.ts"
import { Ed25519 } from "../../adapter/Ed25519.ts"
import { record, text } from "../../adapter/Fields.ts"
import { undecodable } from "../../adapter/Line.ts"
import * as Webhook from "../../adapter/Webhook.ts"
import type { WebhookAnswer, WebhookRequest, Webhooks } from "../../adapter/Webhooks.ts"
import type { QQSettings } from "./Config.ts"
import { conversations, toEvent } from "./Events.ts"
import { decode, type Frame, Opcode } from "./Protocol.ts"
import * as Signature from "./Protocol/Signature.ts"
import type { Rest } from "./Rest.ts"
import * as Losses from "./Socket/Losses.ts"

/** For an answer to who the bot is, and perhaps to a token for the question. */
const answerWithin = Duration.seconds(20)

/** The longest that opening a line takes: one question, which says itself when it is late. */
export const openWithin = Duration.seconds(25)

const json = (body: unknown): WebhookAnswer => ({ status: 200, body: JSON.stringify(body) })

/** Code 0: it need not be posted again. */
const taken = json({ op: Opcode.CallbackAck, d: 0 })
const unproven: WebhookAnswer = { status: 401 }
const unreadable: WebhookAnswer = { status: 400 }
const notOurs: WebhookAnswer = { status: 403 }

export interface WebhookOptions {
  readonly settings: QQSettings
  readonly path: string
  readonly rest: Rest
}

/**
 * The sessions of one account that is posted to. The address is set, and events are chosen, in QQ's console; nothing tells
 * whether that was done, so what proves life is that QQ knows the bot and its token.
 */
export const make = ({
  path,
  rest,
  settings
}: WebhookOptions): Effect.Effect<Session, never, Webhooks | Ed25519 | Scope.Scope> =>
  Effect.gen(function* () {
    const { account, appId, clientSecret } = settings
    const key = Signature.key(yield* Ed25519, clientSecret)
    const acknowledge = yield* Acknowledgements.make(rest.acknowledge)
    const places = conversations(account)

    const me = rest.me.pipe(
      Effect.mapError((failed) => Losses.ofCall(account, failed)),
      Effect.timeoutFail({
        duration: answerWithin,
        onTimeout: () =>
          new ConnectionLost({
            account,
            reason: "Timeout",
            cause: `asking who the bot is was not answered within ${Duration.format(answerWithin)}`,
            resumable: false
          })
      })
    )

    /** Nothing that is signed here can pass for an event: those are objects, and have a brace. */
    const validate = (d: unknown): WebhookAnswer => {
      const { event_ts, plain_token } = record(d)
      const [time, token] = [text(event_ts), text(plain_token)]
      if (time === undefined || token === undefined || !/^\d+$/.test(time) || token.includes("{")) return unreadable
      return json({ plain_token: token, signature: key.sign(time, token) })
    }

    /** undefined where nothing says who made it. */
    const genuine = ({ body, headers }: WebhookRequest): boolean | undefined => {
      const [signature, time] = [headers["x-signature-ed25519"], headers["x-signature-timestamp"]]
      if (signature === undefined && time === undefined) return undefined
      return signature !== undefined && time !== undefined && /^\d+$/.test(time) && key.signed(signature, time, body)
    }

    const open: Webhook.Options["open"] = (keep) =>
      Effect.map(me, (self) => {
        const take = (frame: Frame) =>
          Effect.flatMap(Clock.currentTimeMillis, (at) => {
            // within about 3 s, so not left to when the gateway has kept it
            const interaction = frame.t === "INTERACTION_CREATE" ? text(record(frame.d)["id"]) : undefined
            if (interaction !== undefined) acknowledge(interaction)
            const event = toEvent(frame, { account, id: self.id, conversations: places }, at)
            return event === undefined ? Effect.void : keep(event)
          })

        const answer = (request: WebhookRequest) => {
          if ((request.headers["x-bot-appid"] ?? appId) !== appId) return Effect.succeed(notOurs)
          const proven = genuine(request)
          if (proven === false) return Effect.succeed(unproven)
          const frame = decode(request.body)
          // QQ documents the check of an address as unsigned
          if (frame?.op === Opcode.AddressCheck) return Effect.succeed(validate(frame.d))
          if (proven === undefined) return Effect.succeed(unproven)
          if (frame === undefined) {
            undecodable.of().unsafeUpdate(1, [])
            return Effect.succeed(unreadable)
          }
          if (frame.op === Opcode.Heartbeat) return Effect.succeed(json({ op: Opcode.HeartbeatAck, d: frame.d }))
          return frame.op === Opcode.Dispatch ? Effect.as(take(frame), taken) : Effect.succeed(taken)
        }

        return { self, resumed: false, proven: Effect.void, check: Effect.asVoid(me), answer }
      })

    return yield* Webhook.session({ account, path, open })
  })
