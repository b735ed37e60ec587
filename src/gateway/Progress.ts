import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { AccountId } from "../domain/Address.ts"
import { type AccountStatus, due, grace, type State } from "./Status.ts"

/** Who keeps its word, of all accounts. */
export interface Kept {
  /** whose supervisor is late with what it owes; the account's own adapter would have been replaced by then */
  readonly late: ReadonlyArray<AccountId>
  /** there are accounts that owe something, and all of them are late */
  readonly stuck: boolean
  /** one line for each account */
  readonly lines: ReadonlyArray<string>
}

interface Debt {
  readonly state: State
  /** on the clock that only goes on */
  readonly due: number
}

/** More accounts than these are only counted. */
const told = 50

const at = (millis: number): string => DateTime.formatIso(DateTime.unsafeMake(millis))

/** Times, not spans: it is read later than it is written. */
const line = ({ account, cause, lastLife, since, state }: AccountStatus): string => {
  const until = due(state)
  return [
    `${account} has been ${state._tag} since ${at(since)}`,
    ...(lastLife === undefined ? [] : [`its last sign of life was at ${at(lastLife)}`]),
    ...(until === undefined || state._tag === "Connected" ? [] : [`it goes on at ${at(until)}`]),
    ...(cause === undefined ? [] : [cause])
  ].join("; ")
}

const lines = (statuses: ReadonlyArray<AccountStatus>): ReadonlyArray<string> => {
  const all = statuses.slice(0, told).map(line)
  return statuses.length > told ? [...all, `and ${statuses.length - told} accounts more`] : all
}

/**
 * Tells supervisors that make progress from those that do not: everything that is due happens, or something else becomes due.
 * What is due is measured on a clock that neither jumps nor sleeps, so that nobody is late because the machine was.
 */
export class Progress {
  private debts = new Map<AccountId, Debt>()

  /** `monotonic` counts milliseconds from anywhere. */
  look(statuses: ReadonlyArray<AccountStatus>, now: number, monotonic: number): Kept {
    const debts = new Map<AccountId, Debt>()
    for (const { account, state } of statuses) {
      const until = due(state)
      if (until === undefined) continue
      const before = this.debts.get(account)
      const same = before !== undefined && before.state._tag === state._tag && due(before.state) === until
      debts.set(account, same ? before : { state, due: monotonic + Math.max(0, until - now) })
    }
    this.debts = debts
    const slack = Duration.toMillis(grace)
    const late = [...debts].flatMap(([account, debt]) => (monotonic > debt.due + slack ? [account] : []))
    return { late, stuck: late.length > 0 && late.length === debts.size, lines: lines(statuses) }
  }
}
