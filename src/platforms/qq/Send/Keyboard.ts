import { laidOut, type Rows } from "../../../domain/Buttons.ts"
import type { Button } from "../../../domain/Message.ts"

/** Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/trans/msg-btn.html */
export const grid = { columns: 5, rows: 5, buttons: 25 }

/** Characters that a button shows. */
const widest = 10

/** Whether a label has no room on its button, where only its beginning is shown. */
export const isCut = ({ label }: Button): boolean => Array.from(label).length > widest

const shownOf = (button: Button): string =>
  isCut(button)
    ? `${Array.from(button.label)
        .slice(0, widest - 1)
        .join("")}…`
    : button.label

const [opens, tells] = [0, 1]
const everybody = { type: 2 }
const blue = 1

const action = (button: Button) =>
  button._tag === "Link" ? { type: opens, data: button.url } : { type: tells, data: button.data }

const keyOf = (button: Button, id: string) => ({
  id,
  render_data: { label: shownOf(button), visited_label: shownOf(button), style: blue },
  action: { ...action(button), permission: everybody, unsupport_tips: button.label }
})

/** The keyboard that shows these buttons, as QQ takes it; undefined where there are none, or more than one message has room for. */
export const keyboardOf = (buttons: Rows | undefined) => {
  const rows = laidOut(buttons, grid)?.map((row, above) => ({
    buttons: row.map((button, before) => keyOf(button, `${above}.${before}`))
  }))
  return rows === undefined ? undefined : { content: { rows } }
}
