import * as Effect from "effect/Effect"
import { array, type Fields, record, string } from "../../../../adapter/Fields.ts"
import { bad, type Refused } from "../Answers.ts"
import type { Arguments } from "../Arguments.ts"

const dataLimit = 64

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
    return Effect.succeed(rows.length === 0 ? {} : { reply_markup: { inline_keyboard: rows } })
  })
