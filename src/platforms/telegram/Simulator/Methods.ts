import * as Effect from "effect/Effect"
import type { NoAnswer } from "../../../adapter/Simulator.ts"
import { ok, Refused, tooMany } from "./Answers.ts"
import type { Call, Method } from "./Call.ts"
import { getFile } from "./Downloads.ts"
import { deleteMessage, editMessageCaption, editMessageReplyMarkup, editMessageText } from "./Edits.ts"
import { meant } from "./Fault.ts"
import { answerCallbackQuery, sendChatAction, setMessageReaction } from "./Gestures.ts"
import { placeOf } from "./Place.ts"
import { sendMessage, sendsOfMedia } from "./Sends.ts"
import { deleteWebhook, getWebhookInfo, setWebhook } from "./Webhook.ts"
import type { World } from "./World.ts"

const getMe: Method = (world, { bot }) =>
  Effect.suspend(() => {
    if (world.faults.take("Stall", ({ step }) => step === "upgrade") !== undefined) return Effect.never
    return Effect.succeed(
      ok({
        ...bot.user,
        can_join_groups: true,
        can_read_all_group_messages: bot.readsAll,
        supports_inline_queries: false,
        can_connect_to_business: false,
        has_main_web_app: false
      })
    )
  })

/** What a bot may call, by the names in lower case. */
const methods: Readonly<Record<string, Method>> = {
  getme: getMe,
  getupdates: (_, { args, bot }) => bot.polls.poll(args),
  setwebhook: setWebhook,
  deletewebhook: deleteWebhook,
  getwebhookinfo: getWebhookInfo,
  sendmessage: sendMessage,
  ...sendsOfMedia,
  editmessagetext: editMessageText,
  editmessagecaption: editMessageCaption,
  editmessagereplymarkup: editMessageReplyMarkup,
  deletemessage: deleteMessage,
  sendchataction: sendChatAction,
  setmessagereaction: setMessageReaction,
  answercallbackquery: answerCallbackQuery,
  getfile: getFile
}

/** Carries out one call of a bot, if the platform has such a method and nothing floods it. */
export const carryOut: (world: World, call: Call) => Effect.Effect<string, Refused | NoAnswer> = (world, call) =>
  Effect.suspend(() => {
    const { args, bot, method } = call
    const found = methods[method]
    if (found === undefined) return new Refused({ code: 404, description: "Not Found: method not found" })
    bot.calls.set(method, (bot.calls.get(method) ?? 0) + 1)
    const flood = world.ownFaults.take(
      "Flood",
      (fault) =>
        meant(bot.id)(fault) &&
        method.includes((fault.path ?? "").replace("/", "").toLowerCase()) &&
        (fault.chat === undefined || String(placeOf(fault.chat)?.chat) === args.text("chat_id"))
    )
    return flood === undefined ? found(world, call) : tooMany(flood.retryAfter)
  })
