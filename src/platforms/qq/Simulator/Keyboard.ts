import * as Schema from "effect/Schema"
import type { Said, SaidButton } from "../../../adapter/Simulator.ts"
import type { Refusal } from "./Refusals.ts"

const Button = Schema.Struct({
  id: Schema.optional(Schema.String),
  render_data: Schema.Struct({ label: Schema.String, style: Schema.Int }),
  action: Schema.Struct({
    /** 0 opens, 1 tells the bot, 2 writes for the person */
    type: Schema.Int,
    data: Schema.String,
    permission: Schema.Struct({ type: Schema.Int })
  })
})
type Button = typeof Button.Type

/** Buttons below a message: rows of them, or the id of a template that was made in the console. */
export const Keyboard = Schema.Struct({
  id: Schema.optional(Schema.String),
  content: Schema.optional(Schema.Struct({ rows: Schema.Array(Schema.Struct({ buttons: Schema.Array(Button) })) }))
})
export type Keyboard = typeof Keyboard.Type

const most = 5
const widest = 10
const styles: ReadonlySet<number> = new Set([0, 1, 3, 4])

/** Why a keyboard is not taken, if it is not. Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/trans/msg-btn.html */
export const refusal = (keyboard: Keyboard | null | undefined, allowed: boolean): Refusal | undefined => {
  const rows = keyboard?.content?.rows
  if (keyboard === undefined || keyboard === null) return undefined
  if (!allowed) return "badKeyboard"
  if (rows === undefined) return keyboard.id === undefined ? "badKeyboard" : undefined
  const buttons = rows.flatMap(({ buttons }) => buttons)
  const ids = new Set(buttons.flatMap(({ id }) => id ?? []))
  const fits = rows.length <= most && rows.every(({ buttons }) => buttons.length > 0 && buttons.length <= most)
  if (!fits || ids.size !== buttons.length) return "badKeyboard"
  if (buttons.some(({ render_data }) => Array.from(render_data.label).length > widest)) return "badKeyboard"
  if (buttons.some(({ action }) => action.type < 0 || action.type > 2)) return "badKeyboard"
  return buttons.every(({ render_data }) => styles.has(render_data.style)) ? undefined : "badStyle"
}

const button = ({ action, id, render_data }: Button): SaidButton => ({
  label: render_data.label,
  ...(id === undefined ? undefined : { id }),
  ...(action.type === 0 ? { url: action.data } : { data: action.data })
})

/** A keyboard as people see it. */
export const seen = (keyboard: Keyboard | null | undefined): Pick<Said, "buttons"> => {
  const rows = keyboard?.content?.rows ?? []
  return rows.length === 0 ? {} : { buttons: rows.map(({ buttons }) => buttons.map(button)) }
}
