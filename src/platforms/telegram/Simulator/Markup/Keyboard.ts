import * as Effect from "effect/Effect"
import { array, type Fields, record, string } from "../../../../adapter/Fields.ts"
import type { Said, SaidButton } from "../../../../adapter/Simulator.ts"
import { bad, type Refused } from "../Answers.ts"
import type { Arguments } from "../Arguments.ts"

const dataLimit = 64
const buttonLimit = 100

/** What a button below a message can do, of which it has to do one. Source: https://core.telegram.org/bots/api#inlinekeyboardbutton */
const actions = [
  "url",
  "callback_data",
  "web_app",
  "login_url",
  "switch_inline_query",
  "switch_inline_query_current_chat",
  "switch_inline_query_chosen_chat",
  "copy_text",
  "callback_game",
  "pay"
]

/** The buttons under a message, as it shows them: only inline keyboards are part of it. */
export const keyboardOf = (args: Arguments): Effect.Effect<Fields, Refused> =>
  Effect.suspend(() => {
    if (!args.has("reply_markup")) return Effect.succeed({})
    const markup = args.object("reply_markup")
    if (markup === undefined) return bad("can't parse reply keyboard markup JSON object")
    const rows = array(markup["inline_keyboard"]).map((row) => array(row).map(record))
    const data = rows.flat().flatMap((button) => string(button["callback_data"]) ?? [])
    if (data.some((text) => new TextEncoder().encode(text).length > dataLimit || text === "")) {
      return bad("BUTTON_DATA_INVALID")
    }
    if (rows.flat().some((button) => string(button["text"]) === undefined)) {
      return bad(`can't parse inline keyboard button: Can't find field "text"`)
    }
    if (rows.flat().some((button) => !actions.some((action) => button[action] !== undefined))) {
      return bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    }
    const urls = rows.flat().flatMap((button) => string(button["url"]) ?? [])
    if (urls.some((url) => !/^(?:https?|tg):\/\/\S+$/i.test(url))) return bad("BUTTON_URL_INVALID")
    if (rows.flat().length > buttonLimit) return bad("REPLY_MARKUP_TOO_LONG")
    return Effect.succeed(rows.length === 0 ? {} : { reply_markup: { inline_keyboard: rows } })
  })

const button = (key: Fields): SaidButton => {
  const [data, url] = [string(key["callback_data"]), string(key["url"])]
  const label = string(key["text"]) ?? ""
  if (url !== undefined) return { label, url }
  return data === undefined ? { label } : { label, data }
}

/** The keyboard of a message, as people see it. */
export const seen = (message: Fields): Pick<Said, "buttons"> => {
  const rows = array(record(message["reply_markup"])["inline_keyboard"])
  return rows.length === 0 ? {} : { buttons: rows.map((row) => array(row).map((key) => button(record(key)))) }
}
