import * as Effect from "effect/Effect"
import type { Fields } from "../../../adapter/Fields.ts"
import { bad, ok, type Refused, tooMany } from "./Answers.ts"
import type { Call, Method } from "./Call.ts"
import { mediaKinds } from "./Media.ts"
import { keyboardOf, seen } from "./Markup/Keyboard.ts"
import { written } from "./Sends.ts"
import { postOf } from "./Targets.ts"
import { captionOf, textOf } from "./Text.ts"
import type { World } from "./World.ts"

const unchanged = bad(
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
)

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Puts something new where these fields of a bot's own message were. */
const edit = (
  world: World,
  call: Call,
  fields: ReadonlyArray<string>,
  wanted: Fields,
  unfit: (message: Fields) => string | undefined = () => undefined
): Effect.Effect<string, Refused> =>
  Effect.gen(function* () {
    const keyboard = yield* keyboardOf(call.args)
    const [chat, id, post] = yield* postOf(world, call, "message to edit")
    if (post.by !== call.bot.id) return yield* bad("message can't be edited")
    const misfit = unfit(post.message)
    if (misfit !== undefined) return yield* bad(misfit)
    const wait = call.bot.pacing.wait(chat)
    if (wait > 0) return yield* tooMany(wait)
    const replaced = [...fields, "reply_markup"]
    const kept = Object.fromEntries(Object.entries(post.message).filter(([name]) => !replaced.includes(name)))
    const next: Fields = { ...wanted, ...keyboard }
    if (replaced.every((name) => isSame(post.message[name], next[name]))) return yield* unchanged
    const message: Fields = { ...kept, edit_date: world.date, ...next }
    chat.posts.set(id, { ...post, message })
    const text = String(message["text"] ?? message["caption"] ?? "")
    world.editSaid(call.bot.id, chat.id, String(id), { text, ...seen(message) })
    return ok(message)
  })

const holdsMedia = (message: Fields): boolean => mediaKinds.some((kind) => kind in message)

export const editMessageText: Method = (world, call) =>
  Effect.flatMap(textOf(call.args), (text) =>
    edit(world, call, ["text", "entities"], written(text, "text"), (message) =>
      holdsMedia(message) ? "there is no text in the message to edit" : undefined
    )
  )

export const editMessageCaption: Method = (world, call) =>
  Effect.flatMap(captionOf(call.args), (caption) =>
    edit(world, call, ["caption", "caption_entities"], written(caption, "caption"), (message) =>
      holdsMedia(message) ? undefined : "there is no caption in the message to edit"
    )
  )

export const editMessageReplyMarkup: Method = (world, call) => edit(world, call, [], {})

const twoDays = 48 * 3_600_000

export const deleteMessage: Method = (world, call) =>
  Effect.gen(function* () {
    if (!call.args.has("chat_id")) return yield* bad("chat identifier is not specified")
    if (call.args.integer("message_id", 0) === 0) return yield* bad("message identifier is not specified")
    const [chat, id, post] = yield* postOf(world, call, "message to delete")
    const isAdministrator = chat.standing.get(call.bot.id) === "administrator"
    const isOurs = post.by === call.bot.id || chat.type === "private"
    if (!isOurs && !isAdministrator) return yield* bad("message can't be deleted")
    if (world.now() - post.at > twoDays && !isAdministrator) return yield* bad("message can't be deleted for everyone")
    chat.posts.delete(id)
    world.unsay(call.bot.id, chat.id, String(id))
    return ok(true)
  })
