import * as Effect from "effect/Effect"
import { type ButtonData, longest, needsName } from "../../../adapter/ButtonData.ts"
import { laidOut, type Rows } from "../../../domain/Buttons.ts"
import type { Button } from "../../../domain/Message.ts"

/** A button as Telegram takes it. Source: https://core.telegram.org/bots/api#inlinekeyboardbutton */
export type Key =
  | { readonly text: string; readonly callback_data: string }
  | { readonly text: string; readonly url: string }

/** Rows of keys. */
export type Keyboard = ReadonlyArray<ReadonlyArray<Key>>

/** What Telegram shows below one message: https://core.telegram.org/bots/api#inlinekeyboardmarkup */
export const grid = { columns: 8, rows: 100, buttons: 100 }

/** Bytes of `callback_data`. */
const carried = 64

/** Why a message cannot be said with its buttons: `final` is for good, else it is to be tried again. */
export interface Unkept {
  readonly cause: string
  readonly final: boolean
}

const tooLong: Unkept = { cause: `a button holds at most ${longest} characters of data`, final: true }
const notNow: Unkept = { cause: "the data of its buttons cannot be kept now", final: false }

const keyOf =
  (data: ButtonData) =>
  (button: Button): Effect.Effect<Key, Unkept> => {
    const text = button.label
    if (button._tag === "Link") return Effect.succeed({ text, url: button.url })
    if (!needsName(button.data, carried)) return Effect.succeed({ text, callback_data: button.data })
    if (button.data.length > longest) return Effect.fail(tooLong)
    return Effect.flatMap(data.keep(button.data), (name) =>
      name === undefined ? Effect.fail(notNow) : Effect.succeed({ text, callback_data: name })
    )
  }

/** The keyboard that shows these buttons; undefined where there are none, or more than one message has room for. */
export const keyboardOf = (
  data: ButtonData,
  buttons: Rows | undefined
): Effect.Effect<Keyboard | undefined, Unkept> => {
  const rows = laidOut(buttons, grid)
  return rows === undefined ? Effect.succeed(rows) : Effect.forEach(rows, Effect.forEach(keyOf(data)))
}
