import type * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Adapter } from "../../adapter/Adapter.ts"
import { type SendError, unsaid } from "../../adapter/AdapterError.ts"
import type { ButtonData } from "../../adapter/ButtonData.ts"
import { integer, record } from "../../adapter/Fields.ts"
import type { PublicHttp } from "../../adapter/PublicHttp.ts"
import type { Message, Receipt } from "../../domain/Message.ts"
import type { TelegramSettings } from "./Config.ts"
import { type Place, placeOf } from "./Events/Place.ts"
import { type SendCode, sendCode } from "./Protocol/SendCodes.ts"
import type { Rest, RestFailed } from "./Rest.ts"
import * as Body from "./Send/Body.ts"
import * as Files from "./Send/Files.ts"
import { keyboardOf } from "./Send/Keyboard.ts"
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

const told = ({ meaning }: SendCode, { description }: RestFailed): string =>
  description === undefined ? meaning : `${meaning} ("${description}")`

/** A message on its way: where it belongs, what it takes the place of, and how it is put now. */
interface Saying {
  readonly message: Message
  readonly place: Place
  readonly edited: Earlier | undefined
  readonly manner: Body.Manner
}

const callOf = ({ edited, manner, message }: Saying): Body.Call =>
  edited === undefined ? Body.say(message, manner) : Body.edit(message, edited.id, manner)

/** A refused message can be put otherwise; undefined when it cannot, or has been already. */
const otherwise = (
  saying: Saying,
  { action }: SendCode,
  { migrateTo }: RestFailed
): Partial<Body.Manner> | undefined => {
  const { edited, manner, message, place } = saying
  switch (action) {
    case "plain":
      return Body.hasEntities(callOf(saying)) ? { formatted: false } : undefined
    case "unanchored":
      return Body.isAnswer(callOf(saying)) ? { anchored: false } : undefined
    case "caption":
      return edited !== undefined && !manner.caption ? { caption: true } : undefined
    case "unshown":
      // a change changes only the words beside it
      return edited === undefined ? Body.otherwiseShown(message, manner) : undefined
    case "unbuttoned":
      return Body.hasButtons(callOf(saying)) ? { keyboard: undefined } : undefined
    case "moved":
      // ids of messages are their chat's own: in the new one they are those of others
      return edited === undefined && migrateTo !== undefined && manner.chat === place.chat
        ? { chat: migrateTo, anchored: false }
        : undefined
    default:
      return undefined
  }
}

/**
 * Says, shows and fetches for one account. Telegram tells no second copy of a message from the first, so one that may have
 * arrived is `Uncertain` and is not sent again from here; what a refusal asks for is done at once, and once.
 */
export const make = (
  { account }: TelegramSettings,
  rest: Rest,
  moved: Moved,
  data: ButtonData
): Effect.Effect<Pick<Adapter, "send" | "typing" | "download">, never, HttpClient.HttpClient | PublicHttp> =>
  Effect.map(Files.make(account, rest), (download) => {
    const typing = Typing.make(rest, moved)

    const taken = ({ id: message }: Message, platformId: string): Effect.Effect<Receipt> =>
      Effect.map(Clock.currentTimeMillis, (at) => ({ message, platformId, at }))

    const answered = ({ manner, message, place }: Saying, result: unknown): Effect.Effect<Receipt, SendError> => {
      if (message.edits !== undefined) return taken(message, message.edits)
      const id = integer(record(result)["message_id"])
      if (id === undefined) return unsaid(message, "Uncertain", "Telegram's answer names no message")
      return taken(message, manner.chat === place.chat ? String(id) : `${manner.chat}:${id}`)
    }

    const refused = (saying: Saying, failed: RestFailed): Effect.Effect<Receipt, SendError> =>
      Effect.gen(function* () {
        const { manner, message, place } = saying
        const { migrateTo, retryAfter = pause, sent, status } = failed
        const row = sendCode(failed)
        if (row === undefined) return yield* unsaid(message, sent ? "Uncertain" : "Unreachable", failed.message)
        if (migrateTo !== undefined && manner.chat === place.chat) yield* moved.note(place.chat, migrateTo)
        const changed = otherwise(saying, row, failed)
        if (changed !== undefined) return yield* attempt({ ...saying, manner: { ...manner, ...changed } })
        const cause = told(row, failed)
        if (row.action === "account") return yield* unsaid(message, "Unreachable", cause, status)
        if (row.action === "uncertain") return yield* unsaid(message, "Uncertain", cause, status)
        if (row.action === "later") {
          yield* typing.hush(place.chat, retryAfter)
          const now = yield* Clock.currentTimeMillis
          return yield* unsaid(message, "RateLimited", cause, status, now + retryAfter)
        }
        if (row.action === "stands" && message.edits !== undefined) return yield* taken(message, message.edits)
        return yield* unsaid(message, "Rejected", cause, status)
      })

    const attempt = (saying: Saying): Effect.Effect<Receipt, SendError> => {
      const { method, options, params } = callOf(saying)
      return Effect.matchEffect(rest.call(method, params, options), {
        onFailure: (failed) => refused(saying, failed),
        onSuccess: (result) => answered(saying, result)
      })
    }

    const send = Effect.fnUntraced(function* (message: Message) {
      const { conversation, content, edits } = message
      const rejected = (cause: string) => unsaid(message, "Rejected", cause)
      const place = placeOf(conversation.id)
      if (place === undefined) return yield* rejected(`${conversation.id} is no place to write to`)
      if (content.media !== undefined && !Body.showable(content.media)) {
        return yield* rejected("Telegram fetches files from the web only, by http: or https:")
      }
      const edited = edits === undefined ? undefined : earlier(edits)
      if (edits !== undefined && edited === undefined) return yield* rejected(`${edits} is no message to change`)
      const keyboard = yield* Effect.mapError(keyboardOf(data, content.buttons), ({ cause, final }) =>
        unsaid(message, final ? "Rejected" : "Unreachable", cause)
      )
      const chat = edited === undefined ? moved.to(place.chat) : (edited.chat ?? place.chat)
      const manner = {
        chat,
        thread: place.thread,
        formatted: true,
        anchored: chat === place.chat,
        caption: content.media !== undefined,
        showing: "shown" as const,
        keyboard
      }
      return yield* attempt({ message, place, edited, manner })
    })

    return { send, typing: typing.show, download }
  })
