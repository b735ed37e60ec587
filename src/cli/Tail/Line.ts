import * as Match from "effect/Match"
import type { Passage } from "../../gateway/Passages/Passage.ts"
import * as StatusLine from "../../gateway/StatusLine.ts"
import type { Hue, Paint } from "../Colour.ts"
import * as Moment from "../Moment.ts"
import { line } from "../Printable.ts"
import * as Table from "../Table.ts"

/** How wide accounts, conversations and messages' names are shown. */
const [accountRoom, placeRoom, nameRoom] = [14, 20, 24]

const named = ({ id, name }: { readonly id: string; readonly name?: string }): string =>
  name === undefined ? Table.clipped(id, placeRoom) : name

/** What was written, on one line; nothing where it is not told. */
const said = ({ text }: { readonly text?: string }): string =>
  text === undefined ? "" : `: ${text.replaceAll(/\r?\n/g, " ⏎ ")}`

/** A message's name behind its account, which stands in front of the line. */
const bare = ({ account, id }: { readonly account: string; readonly id: string }): string =>
  id.startsWith(`${account}/`) ? id.slice(account.length + 1) : id

/** How a passage is called, and what else there is to say of it. */
type Words = readonly [hue: Hue, word: string, detail: string]

const wordsOf = Match.typeTags<Passage, Words>()({
  Heard: (it) => ["cyan", "heard", `${it.kind} from ${named(it.sender)}${said(it)}`],
  Denied: (it) => ["yellow", "denied", `${it.kind} from ${named(it.sender)}: ${it.reason}`],
  Handled: ({ replies, took }) => [
    "dim",
    "handled",
    `in ${Math.round(took)}ms, ${replies} ${replies === 1 ? "reply" : "replies"}`
  ],
  NotHandled: ({ at, cause, next }) => [
    "yellow",
    "failed",
    `the handler: ${cause}; again in ${StatusLine.span(next - at)}`
  ],
  Sent: (it) => ["green", "sent", `${Table.clipped(bare(it), nameRoom)}${said(it)}`],
  NotSent: (it) => [
    "yellow",
    "unsent",
    `${Table.clipped(bare(it), nameRoom)}: ${it.reason}: ${it.cause}; again in ${StatusLine.span(it.next - it.at)}`
  ],
  Dead: (it) => ["red", "dead", `${bare(it)} was put aside in the ${it.queue}: ${it.reason}`]
})

const widest = "handled".length

/** A passage, on one line. */
export const told = (passage: Passage, now: number, paint: Paint): string => {
  const [hue, word, detail] = wordsOf(passage)
  return [
    paint("dim", Moment.clock(passage.at, now)),
    passage.account.padEnd(accountRoom),
    paint(hue, word.padEnd(widest)),
    Table.clipped(line(passage.conversation), placeRoom).padEnd(placeRoom),
    line(detail)
  ].join("  ")
}
