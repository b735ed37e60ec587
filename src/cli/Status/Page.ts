import type { AccountStatus } from "../../gateway/Status.ts"
import type { Paint } from "../Colour.ts"
import * as Moment from "../Moment.ts"
import { line } from "../Printable.ts"
import * as Table from "../Table.ts"
import type { Whereabouts } from "../Why/Unanswered.ts"
import * as Failing from "./Failing.ts"
import * as Look from "./Look.ts"
import { isWell, type Row, type Snapshot } from "./Snapshot.ts"

const columns: ReadonlyArray<Table.Column> = [
  { title: "ACCOUNT" },
  { title: "STATE" },
  { title: "FOR" },
  { title: "NEXT" }
]

const lost: Readonly<Record<Whereabouts, string>> = {
  released: "its process has stopped",
  gone: "its process was killed, or broke down",
  mute: "its process does not answer here",
  elsewhere: "its process is on another machine"
}

/** Why an account is not well; nothing where it is. */
const trouble = ({ cause, state }: AccountStatus): string | undefined => {
  if (state._tag === "Connected" || state._tag === "Paused") return undefined
  const remedy = state._tag === "Parked" ? state.remedy : undefined
  return cause === undefined ? remedy : remedy === undefined ? cause : `${cause}. ${remedy}`
}

const rowOf = (row: Row, now: number, several: boolean, paint: Paint): Table.Row => {
  if (row.process === undefined)
    return { cells: [row.account, paint("red", "? no process"), "", lost[row.whereabouts]] }
  const { process, status } = row
  const { hue, mark, word } = Look.looks[status.state._tag]
  const connected = status.state._tag === "Connected"
  const since = connected ? status.since : (status.downSince ?? status.since)
  const below = trouble(status)
  const what = [Look.next(status, now), ...(several ? [`process ${process.pid}`] : [])].filter((text) => text !== "")
  return {
    cells: [
      row.account,
      paint(hue, `${mark} ${word}${status.flapping ? ", flapping" : ""}`),
      Moment.span(now - since),
      line(what.join(", "))
    ],
    ...(below === undefined ? undefined : { below: paint("dim", line(below)) })
  }
}

const head = ({ at, processes, store }: Snapshot): ReadonlyArray<string> =>
  processes.length === 0
    ? [`No process answers: the store is ${store}.`]
    : processes.map(({ pid, since }) => `process ${pid}, since ${Moment.whole(since, at)}`)

const foot = ({ rows }: Snapshot): string => {
  const ids = (some: ReadonlyArray<Row>): number => new Set(some.map(({ account }) => account)).size
  const all = ids(rows)
  if (all === 0)
    return "No account is known. What runs with an .env of its own is asked in that folder, as its user; a rehearsal has its page."
  const well = ids(rows.filter(isWell))
  const paused = ids(rows.filter((row) => row.process !== undefined && row.status.state._tag === "Paused"))
  const counts = [
    `${well - paused} of ${all} connected`,
    ...(paused === 0 ? [] : [`${paused} paused`]),
    ...(well === all ? [] : ["holdfast why tells what is wrong"])
  ]
  return `${counts.join("; ")}.`
}

/** How the accounts stand, for a person. */
export const page = (snapshot: Snapshot, paint: Paint): string => {
  const { at, failing, processes, rows } = snapshot
  const told = rows.map((row) => rowOf(row, at, processes.length > 1, paint))
  const table = told.length === 0 ? [] : [Table.table(columns, told)]
  const troubles = failing.map((one) => paint("red", Failing.told(one, at)))
  return [...head(snapshot), ...table, ...troubles, foot(snapshot)].join("\n")
}
