import type { Entry } from "../../gateway/Timeline.ts"
import type { Paint } from "../Colour.ts"
import * as Moment from "../Moment.ts"
import { line } from "../Printable.ts"
import { looks } from "../Status/Look.ts"
import * as Table from "../Table.ts"
import { band } from "./Band.ts"
import { outages } from "./Outages.ts"

const columns: ReadonlyArray<Table.Column> = [
  { title: "WHEN" },
  { title: "FOR" },
  { title: "STATE" },
  { title: "TRIES", number: true }
]

/** How wide the band is at most. */
const widest = 72

const rowOf = (entry: Entry, end: number | undefined, now: number, paint: Paint): Table.Row => {
  const { hue, mark, word } = looks[entry.state._tag]
  const { omitted } = entry
  const below = [
    ...(omitted === undefined ? [] : [`${omitted} more of this outage are not kept`]),
    ...(entry.cause === undefined || entry.state._tag === "Connected" ? [] : [entry.cause]),
    ...(entry.state._tag === "Parked" ? [entry.state.remedy] : [])
  ]
  return {
    cells: [
      Moment.clock(entry.at, now),
      end === undefined ? `${Moment.span(now - entry.at)} so far` : Moment.span(end - entry.at),
      paint(hue, `${mark} ${word}${entry.flapping ? ", flapping" : ""}`),
      entry.attempts === 0 || entry.state._tag === "Connected" ? "" : String(entry.attempts)
    ],
    ...(below.length === 0 ? undefined : { below: paint("dim", line(below.join("; "))) })
  }
}

/** For how much of the time an account was connected, in per cent. */
const share = (entries: ReadonlyArray<Entry>, now: number): string => {
  const begin = entries[0]?.at ?? now
  const spent = entries.reduce(
    (sum, { at, state }, index) => (state._tag === "Connected" ? sum + (entries[index + 1]?.at ?? now) - at : sum),
    0
  )
  // what was not all of it does not look as if it was
  return `${Math.floor((1000 * spent) / Math.max(1, now - begin)) / 10} %`
}

const summary = (account: string, entries: ReadonlyArray<Entry>, now: number): string => {
  const [first] = entries
  const all = outages(entries)
  const lengths = all.map(({ from, to = now }) => to - from)
  const many = all.length === 1 ? "1 outage" : `${all.length} outages`
  const longest = all.length === 0 ? "" : `, the longest ${Moment.span(Math.max(...lengths))}`
  return `${account}: connected ${share(entries, now)} of the time since ${Moment.stamp(first?.at ?? now)}; ${many}${longest}.`
}

/** What became of an account, the oldest first, for a person; of the entries the newest `shown` are listed. */
export const page = (
  account: string,
  entries: ReadonlyArray<Entry>,
  options: { readonly now: number; readonly shown: number; readonly columns: number; readonly paint: Paint }
): string => {
  const { columns: room, now, paint, shown } = options
  const { legend, line } = band(entries, now, Math.max(10, Math.min(widest, room)), paint)
  const first = Math.max(0, entries.length - shown)
  const rows = entries.slice(first).map((entry, index) => rowOf(entry, entries[first + index + 1]?.at, now, paint))
  return [
    summary(account, entries, now),
    line,
    legend,
    "",
    Table.table(columns, rows),
    ...(first === 0 ? [] : [`${first} older ${first === 1 ? "one is" : "are"} not shown: --limit says how many are.`])
  ].join("\n")
}
