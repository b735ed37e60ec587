import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Depth, Depths } from "../http/Api.ts"
import { ask, type Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import * as Moment from "./Moment.ts"
import { print, printJson } from "./Output.ts"
import * as Session from "./Session.ts"
import * as Table from "./Table.ts"

const columns: ReadonlyArray<Table.Column> = [
  { title: "ACCOUNT" },
  { title: "INBOX", number: true },
  { title: "OLDEST" },
  { title: "DEAD", number: true },
  { title: "OUTBOX", number: true },
  { title: "OLDEST" },
  { title: "DEAD", number: true }
]

const rowOf = ({ account, inbox, outbox }: Depths, now: number): Table.Row => {
  const cells = ({ dead, oldest, waiting }: Depth) => [
    String(waiting),
    oldest === undefined ? "-" : Moment.ago(oldest, now),
    String(dead)
  ]
  return { cells: [account, ...cells(inbox), ...cells(outbox)] }
}

const who = ({ name, process }: Desk, now: number, alone: boolean): string => {
  if (process !== undefined) return `${name}, since ${Moment.whole(process.since, now)}`
  return alone ? `No process answers; this is what ${name} keeps.` : `${name}, of accounts that no process answers for`
}

/** Says how much waits and how much is dead, of each account. */
export const queue = ({ json }: { readonly json: boolean }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { desks, store } = yield* Desks.open
      const now = yield* Clock.currentTimeMillis
      const told = yield* Effect.forEach(desks, (desk) =>
        // of what is another's it knows nothing
        Effect.map(ask(desk, desk.client.queues.depths({})), (all) => all.filter(({ account }) => desk.has(account)))
      )
      const depths = told.flat()
      if (json) return yield* printJson(depths)
      const said =
        desks.length === 0
          ? [`No process answers, and nothing is kept: the store is ${store}.`]
          : [
              ...desks.map((desk) => who(desk, now, desks.length === 1)),
              ...(depths.length === 0
                ? ["Nothing waits, and nothing is dead."]
                : [
                    Table.table(
                      columns,
                      depths.map((each) => rowOf(each, now))
                    )
                  ])
            ]
      yield* print(said.join("\n"))
    }).pipe(Effect.scoped)
  )
