import * as StatusLine from "../../gateway/StatusLine.ts"
import * as Moment from "../Moment.ts"
import { line } from "../Printable.ts"
import * as Failing from "./Failing.ts"
import type { Row, Snapshot } from "./Snapshot.ts"

/** What tells one standing of an account from the next; what merely grows older is not among it. */
const standing = (row: Row): string => {
  if (row.process === undefined) return row.whereabouts
  const { attempts, flapping, generation, reason, reschedules, since, state } = row.status
  // by when it came into its state one sees that it had left it meanwhile
  return JSON.stringify([row.process.pid, state._tag, since, attempts, reschedules, generation, flapping, reason])
}

/** Whose row it is, and of which process where several want the account. */
const keyOf = ({ rows }: Snapshot, { account, process }: Row): string =>
  rows.filter((row) => row.account === account).length > 1 ? `${account} ${process?.pid}` : account

/** The rows that are not as they were. */
export const changed = (before: Snapshot | undefined, after: Snapshot): ReadonlyArray<Row> => {
  const were = new Map(before?.rows.map((row) => [keyOf(before, row), standing(row)]))
  return after.rows.filter((row) => were.get(keyOf(after, row)) !== standing(row))
}

/** What an account came to, on one line. */
export const told = (row: Row, at: number): string => {
  const text =
    row.process === undefined
      ? "no process answers for it"
      : row.status.state._tag === "Connected"
        ? `connected as ${row.status.self?.name ?? row.status.self?.id ?? "an unknown bot"}`
        : StatusLine.down(row.status, at)
  return `${Moment.stamp(at)}  ${row.account}  ${line(text)}`
}

/** What is told of handlers, a line for each that fails or answers again since. */
export const turned = (before: Snapshot | undefined, { at, failing }: Snapshot): ReadonlyArray<string> => {
  const were = before?.failing ?? []
  const names = (all: Snapshot["failing"]) => new Set(all.map(({ handler }) => handler))
  const [old, now] = [names(were), names(failing)]
  return [
    ...failing.filter(({ handler }) => !old.has(handler)).map((one) => Failing.told(one, at)),
    ...were
      .filter(({ handler }) => !now.has(handler))
      .map(({ handler }) => `The handler ${line(handler)} answers again.`)
  ].map((text) => `${Moment.stamp(at)}  ${text}`)
}
