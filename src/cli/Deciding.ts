import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AccountStatus } from "../gateway/Status.ts"
import * as StatusLine from "../gateway/StatusLine.ts"
import { ask, type Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { keepers } from "./Control/Keepers.ts"
import { named } from "./Control/Named.ts"
import { print, printJson } from "./Output.ts"
import { line } from "./Printable.ts"
import { codes, type Ended } from "./Process.ts"
import * as Session from "./Session.ts"

export interface DecidingOptions {
  readonly json: boolean
  readonly accounts: ReadonlyArray<string>
}

type Verb = "pause" | "resume" | "restart"

/** Who is told, of those who keep an account or would like to: the one that has it, or all, so that no other takes it up instead. */
const told: { readonly [V in Verb]: (desks: ReadonlyArray<Desk>) => ReadonlyArray<Desk> } = {
  pause: (desks) => desks,
  resume: (desks) => desks,
  restart: (desks) => desks.slice(0, 1)
}

/** The accounts with those who are told; where one has nobody, nobody is told anything. */
const chosen = (
  verb: Verb,
  accounts: ReadonlyArray<string>,
  { desks, store }: Desks.Desks
): Effect.Effect<ReadonlyArray<readonly [Desk, AccountStatus["account"]]>, Ended> => {
  const all = accounts.map((account) => [account, told[verb](keepers(account, desks))] as const)
  const alone = all.flatMap(([account, desks]) => (desks.length === 0 ? [account] : []))
  if (alone.length > 0)
    return Session.fail(
      alone.map((account) => `no process answers that keeps ${account}; the store is ${store}`),
      codes.unanswered
    )
  return Effect.succeed(
    all.flatMap(([account, desks]) =>
      desks.flatMap((desk) => {
        const id = desk.accounts.get(account)?.account
        return id === undefined ? [] : [[desk, id] as const]
      })
    )
  )
}

/** What a decision came to. */
const outcome = (status: AccountStatus, now: number): string => {
  const { account, state } = status
  if (state._tag === "Connected") return `${account}: connected.`
  if (state._tag === "Paused") return `${account}: paused. holdfast resume ${account} connects it again.`
  return `${account}: ${line(StatusLine.down(status, now))}.`
}

const deciding =
  (verb: Verb) =>
  ({ accounts, json }: DecidingOptions) =>
    Session.within(() =>
      Effect.gen(function* () {
        const desks = yield* Desks.open
        const choices = yield* chosen(verb, yield* named(desks, accounts), desks)
        const statuses = yield* Effect.forEach(choices, ([desk, account]) =>
          ask(desk, desk.client.accounts[verb]({ path: { account } }))
        )
        const now = yield* Clock.currentTimeMillis
        yield* json ? printJson(statuses) : print(statuses.map((status) => outcome(status, now)).join("\n"))
      }).pipe(Effect.scoped)
    )

/** Disconnects accounts until they are resumed. */
export const pause = deciding("pause")

/** Takes paused or parked accounts up again at once. */
export const resume = deciding("resume")

/** Gives accounts a fresh adapter now, whatever they wait for. */
export const restart = deciding("restart")
