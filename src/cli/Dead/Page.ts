import type { DeadLetter, Summary } from "../../http/Api/DeadLetter.ts"
import { groupOf } from "../../delivery/KeyedQueue.ts"
import * as Moment from "../Moment.ts"
import { line, lines } from "../Printable.ts"
import * as Table from "../Table.ts"

const columns: ReadonlyArray<Table.Column> = [
  { title: "ID" },
  { title: "QUEUE" },
  { title: "CONVERSATION" },
  { title: "PUT ASIDE" },
  { title: "TRIES", number: true }
]

/** How wide a conversation is shown; its account stands in front of the id already. */
const room = 20

const placeOf = (conversation: string): string => conversation.slice(groupOf(conversation).length + 1)

/** A table with the reason under each; `ids` says how much of an id tells it from all others. */
export const list = (letters: ReadonlyArray<Summary>, ids: ReadonlyMap<string, string>, now: number): string => {
  const rows = letters.map(({ attempts, conversation, diedAt, id, queue, reason }) => ({
    cells: [
      line(ids.get(id) ?? id),
      queue,
      Table.clipped(line(placeOf(conversation)), room),
      Moment.short(diedAt, now),
      String(attempts)
    ],
    below: line(reason)
  }))
  return [
    Table.table(columns, rows),
    "",
    `${letters.length} in all. holdfast dead show ID tells all of one; retry ID, or drop ID, settles it.`
  ].join("\n")
}

/** The most characters of one text that are shown at a terminal. */
const longest = 2000

const shown = (_: string, value: unknown): unknown =>
  typeof value === "string" && value.length > longest
    ? `${value.slice(0, longest)}… (${value.length} characters; --json has all)`
    : value

/** All that is known of one. */
export const whole = (letter: DeadLetter, now: number): string => {
  const facts: ReadonlyArray<readonly [string, string]> = [
    ["id", letter.id],
    ["queue", letter.queue],
    ["conversation", letter.conversation],
    ["kept", Moment.whole(letter.keptAt, now)],
    ["put aside", Moment.whole(letter.diedAt, now)],
    ["tries", String(letter.attempts)],
    ["reason", letter.reason]
  ]
  const content = letter.queue === "inbox" ? letter.event : letter.message
  return [
    ...facts.map(([name, fact]) => `${name.padEnd("conversation".length)}  ${line(fact)}`),
    "",
    lines(JSON.stringify(content, shown, 2))
  ].join("\n")
}
