import type { Access } from "../../http/Api/Access.ts"
import * as Moment from "../Moment.ts"
import { line } from "../Printable.ts"
import * as Table from "../Table.ts"

const columns: ReadonlyArray<Table.Column> = [
  { title: "ACCOUNT" },
  { title: "WHO" },
  { title: "ID" },
  { title: "NAME" },
  { title: "HOW" }
]

/** How wide a name is shown, which strangers choose. */
const room = 24

const modes: Readonly<Record<Access["mode"], readonly [who: string, how: string]>> = {
  open: ["everybody", "open"],
  closed: ["nobody", "closed: its ACCESS is not set"],
  allowlist: ["nobody else", "allowlist"],
  own: ["those whom it admits", "own: the application's own rule"],
  pairing: ["anybody else", "pairing: is given a code"]
}

const rowsOf = ({ account, asking, conversations, groupMode, guests, mode, people }: Access, now: number) => {
  const row = (who: string, id: string, name: string | undefined, how: string): Table.Row => ({
    cells: [account, who, line(id), Table.clipped(line(name ?? ""), room), how]
  })
  const heard = mode === "pairing" || groupMode === "pairing" ? "" : ", heard while its ACCESS is pairing"
  const rest = (of: Access["mode"], where: string) => row(`${modes[of][0]}${where}`, "", undefined, modes[of][1])
  return [
    ...people.map((id) => row("person", id, undefined, "configured")),
    ...conversations.map((id) => row("group", id, undefined, "configured")),
    ...guests.map(({ by, id, kind, name, since }) =>
      row(kind, id, name, `let in by ${by}, ${Moment.ago(since, now)}${heard}`)
    ),
    ...asking.map(({ id, kind, name, until }) =>
      row(kind, id, name, `has a code, for ${Moment.span(until - now)} more`)
    ),
    ...(mode === groupMode ? [rest(mode, "")] : [rest(mode, ", in private"), rest(groupMode, ", in groups")])
  ]
}

/** Everybody who may talk to these accounts, and who asks to. */
export const list = (all: ReadonlyArray<Access>, now: number): string => {
  const asking = all.reduce((sum, { asking }) => sum + asking.length, 0)
  const next = `${asking} ${asking === 1 ? "asks" : "ask"} to be let in.\nholdfast access approve ACCOUNT CODE lets in who tells you that code; deny turns them away.`
  const table = Table.table(
    columns,
    all.flatMap((access) => rowsOf(access, now))
  )
  return asking === 0 ? table : `${table}\n\n${next}`
}
