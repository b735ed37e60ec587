import type * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Adapter } from "../../adapter/Adapter.ts"
import { SendError } from "../../adapter/AdapterError.ts"
import { integer, record } from "../../adapter/Fields.ts"
import type { Message, Receipt } from "../../domain/Message.ts"
import type { TelegramSettings } from "./Config.ts"
import { type Place, placeOf } from "./Events/Place.ts"
import { type SendCode, sendCode } from "./Protocol/SendCodes.ts"
import type { Rest, RestFailed } from "./Rest.ts"
import { edit, hasEntities, isAnswer, type Manner, say, showable } from "./Send/Body.ts"
import * as Files from "./Send/Files.ts"
import type { Moved } from "./Send/Moved.ts"
import * as Typing from "./Send/Typing.ts"

/** How long to wait where Telegram does not say it: the longest of its usual answers. */
const pause = Duration.toMillis(Duration.minutes(1))

/** A message of ours that was sent before: its id, after its chat's where that is not the conversation's own. */
interface Earlier {
  readonly chat: string | undefined
  readonly id: number
}

const earlier = (platformId: string): Earlier | undefined => {
  const [, chat, id] = /^(?:(-?\d+):)?(\d+)$/.exec(platformId) ?? []
  return id === undefined ? undefined : { chat, id: Number(id) }
}

const failure = (message: Message, reason: SendError["reason"], cause: string, code?: number, until?: number) =>
  new SendError({
    messageId: message.id,
    reason,
    cause,
    ...(code === undefined ? undefined : { code }),
    ...(until === undefined ? undefined : { until })
  })

const told = ({ meaning }: SendCode, { description }: RestFailed): string =>
  description === undefined ? meaning : `${meaning} ("${description}")`

/**
 * Says, shows and fetches for one account. Telegram tells no second copy of a message from the first, so one that may have
 * arrived is `Uncertain` and is not sent again from here; what follows a refusal follows it at once, each at most once.
 */
export const make = (
  { account }: TelegramSettings,
  rest: Rest,
  moved: Moved
): Effect.Effect<Pick<Adapter, "send" | "typing" | "download">, never, HttpClient.HttpClient> =>
  Effect.map(Files.make(account, rest), (download) => {
    const typing = Typing.make(rest, moved)

    const attempt = (
      message: Message,
      place: Place,
      edited: Earlier | undefined,
      manner: Manner
    ): Effect.Effect<Receipt, SendError> => {
      const call = edited === undefined ? say(message, manner) : edit(message, edited.id, manner)
      const anew = (changed: Partial<Manner>) => attempt(message, place, edited, { ...manner, ...changed })

      const taken = (platformId: string): Effect.Effect<Receipt> =>
        Effect.map(Clock.currentTimeMillis, (at) => ({ message: message.id, platformId, at }))

      const answered = (result: unknown): Effect.Effect<Receipt, SendError> => {
        if (message.edits !== undefined) return taken(message.edits)
        const id = integer(record(result)["message_id"])
        if (id === undefined) return failure(message, "Uncertain", "Telegram's answer names no message")
        return taken(manner.chat === place.chat ? String(id) : `${manner.chat}:${id}`)
      }

      const refused = (failed: RestFailed): Effect.Effect<Receipt, SendError> => {
        const row = sendCode(failed)
        const { migrateTo, retryAfter = pause, status } = failed
        if (row === undefined) return failure(message, failed.sent ? "Uncertain" : "Unreachable", failed.message)
        switch (row.action) {
          case "stands":
            if (message.edits !== undefined) return taken(message.edits)
            break
          case "later":
            return Effect.zipRight(
              typing.hush(message.conversation, retryAfter),
              Effect.flatMap(Clock.currentTimeMillis, (now) =>
                failure(message, "RateLimited", told(row, failed), status, now + retryAfter)
              )
            )
          case "account":
            return failure(message, "Unreachable", told(row, failed), status)
          case "uncertain":
            return failure(message, "Uncertain", told(row, failed), status)
          case "plain":
            if (hasEntities(call)) return anew({ formatted: false })
            break
          case "unanchored":
            if (isAnswer(call)) return anew({ anchored: false })
            break
          case "caption":
            if (edited !== undefined && !manner.caption) return anew({ caption: true })
            break
          case "moved":
            // ids of messages are its chat's own: in the new one they are those of others
            if (migrateTo !== undefined && manner.chat === place.chat) {
              const noted = moved.note(place.chat, migrateTo)
              return edited === undefined
                ? Effect.zipRight(noted, anew({ chat: migrateTo, anchored: false }))
                : Effect.zipRight(
                    noted,
                    failure(message, "Rejected", `${told(row, failed)}: what was said before stays`)
                  )
            }
            break
          case "rejected":
        }
        return failure(message, "Rejected", told(row, failed), status)
      }

      return Effect.matchEffect(rest.call(call.method, call.params, call.options), {
        onFailure: refused,
        onSuccess: answered
      })
    }

    const send = Effect.fn("Telegram.send")(function* (message: Message) {
      const place = placeOf(message.conversation.id)
      if (place === undefined) {
        return yield* failure(message, "Rejected", `${message.conversation.id} is no place to write to`)
      }
      const { media } = message.content
      if (media !== undefined && !showable(media)) {
        return yield* failure(message, "Rejected", "Telegram fetches files from the web only, by http: or https:")
      }
      const edited = message.edits === undefined ? undefined : earlier(message.edits)
      if (message.edits !== undefined && edited === undefined) {
        return yield* failure(message, "Rejected", `${message.edits} is no message that can be changed`)
      }
      const chat = edited === undefined ? moved.to(place.chat) : (edited.chat ?? place.chat)
      return yield* attempt(message, place, edited, {
        chat,
        thread: place.thread,
        formatted: true,
        anchored: chat === place.chat,
        caption: media !== undefined
      })
    })

    return { send, typing: typing.show, download }
  })
