import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { array } from "../../../adapter/Fields.ts"
import { bad, ok } from "./Answers.ts"
import type { Method } from "./Call.ts"
import { chatOf, postOf } from "./Targets.ts"
import { conversationOf } from "./Place.ts"

const actions =
  /^(?:typing|(?:upload|record)_(?:video|voice|video_note)|upload_(?:photo|document)|choose_sticker|find_location)$/

/** Shows for some seconds what the bot does; topics are not checked. */
export const sendChatAction: Method = (world, call) =>
  Effect.gen(function* () {
    const action = call.args.text("action").toLowerCase()
    if (!actions.test(action)) return yield* bad("wrong parameter action in request")
    const chat = yield* chatOf(world, call)
    const thread = call.args.integer("message_thread_id", 0)
    const conversation = conversationOf({ chat: chat.id, thread: thread === 0 ? undefined : thread })
    call.bot.gestures.push({ conversation, action, at: world.now() })
    return ok(true)
  })

export const setMessageReaction: Method = (world, call) =>
  Effect.gen(function* () {
    const [chat, id] = yield* postOf(world, call, "message to react")
    if (array(call.args.value("reaction")).length > 1) return yield* bad("REACTIONS_TOO_MANY")
    const conversation = conversationOf({ chat: chat.id, thread: undefined })
    call.bot.gestures.push({ conversation, action: `reaction:${id}`, at: world.now() })
    return ok(true)
  })

export const answerCallbackQuery: Method = (world, { args, bot }) =>
  Effect.suspend(() => {
    const pressed = bot.callbacks.get(args.text("callback_query_id"))
    const isOld =
      pressed === undefined ||
      pressed.answered ||
      world.now() - pressed.at > Duration.toMillis(world.options.callbackLife)
    if (isOld) return bad("query is too old and response timeout expired or query ID is invalid")
    pressed.answered = true
    return Effect.succeed(ok(true))
  })
