import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccountStatus } from "../../gateway/Status.ts"
import type { HandlerHealth } from "../../handler/Handler.ts"
import type { Process } from "../../http/Api.ts"
import type * as Desks from "../Control/Desks.ts"
import { whereabouts } from "../Control/Keepers.ts"
import { codes } from "../Process.ts"
import * as Failing from "./Failing.ts"
import type { Whereabouts } from "../Why/Unanswered.ts"

/** An account as a process tells it, or as one that no process answers for. */
export type Row =
  | { readonly account: string; readonly process: Process; readonly status: AccountStatus }
  | { readonly account: string; readonly process: undefined; readonly whereabouts: Whereabouts }

/** How the accounts stood at a time. */
export interface Snapshot {
  readonly at: number
  readonly processes: ReadonlyArray<Process>
  readonly store: string
  /** by account; one that several processes want stands there once for each */
  readonly rows: ReadonlyArray<Row>
  /** what stands behind handlers and fails, of all processes */
  readonly failing: ReadonlyArray<HandlerHealth>
}

/** How these accounts stand, as the desks were told of them when they were asked. */
export const take = ({ desks, owners, store }: Desks.Desks, accounts: ReadonlyArray<string>): Effect.Effect<Snapshot> =>
  Effect.gen(function* () {
    const rows = yield* Effect.forEach(accounts, (account) => {
      const told = desks.flatMap(({ accounts, process }): ReadonlyArray<Row> => {
        const status = accounts.get(account)
        return status === undefined || process === undefined ? [] : [{ account, process, status }]
      })
      return told.length > 0
        ? Effect.succeed(told)
        : Effect.map(whereabouts(owners.get(account) ?? Option.none()), (whereabouts): ReadonlyArray<Row> => [
            { account, process: undefined, whereabouts }
          ])
    })
    const processes = desks.flatMap(({ process }) => process ?? [])
    return { at: yield* Clock.currentTimeMillis, processes, store, rows: rows.flat(), failing: Failing.of(desks) }
  })

/** Connected, or not so because a person wants it so. */
export const isWell = (row: Row): boolean =>
  row.process !== undefined && (row.status.state._tag === "Connected" || row.status.state._tag === "Paused")

/** What scripts are told: an account that another process has is well if that one has it so. */
export const codeOf = ({ rows }: Snapshot): number => {
  if (rows.length === 0 || rows.some(({ process }) => process === undefined)) return codes.unanswered
  const well = new Set(rows.filter(isWell).map(({ account }) => account))
  return rows.every(({ account }) => well.has(account)) ? codes.done : codes.unconnected
}
