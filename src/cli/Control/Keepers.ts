import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Owner } from "../../delivery/Lease.ts"
import { ProcessTable } from "../../delivery/ProcessTable.ts"
import * as NodeProcessTable from "../../node/ProcessTable.ts"
import type { Whereabouts } from "../Why/Unanswered.ts"
import type { Desk } from "./Desk.ts"

/** The processes that keep an account connected, or would like to: the one that has it first. */
export const keepers = (account: string, desks: ReadonlyArray<Desk>): ReadonlyArray<Desk> => {
  const all = desks.filter(({ accounts, process }) => process !== undefined && accounts.has(account))
  return [...all.filter(({ has }) => has(account)), ...all.filter(({ has }) => !has(account))]
}

/** Where the owner is that a store names, of whom nobody answers. */
export const whereabouts = (owner: Option.Option<Owner>): Effect.Effect<Whereabouts> =>
  Option.match(owner, {
    onNone: () => Effect.succeed("released" as const),
    onSome: (owner) =>
      Effect.flatMap(ProcessTable, ({ isGone, self }) =>
        owner.host.name === self.host.name
          ? Effect.map(isGone(owner), (gone): Whereabouts => (gone ? "gone" : "mute"))
          : Effect.succeed("elsewhere" as const)
      )
  }).pipe(Effect.provide(NodeProcessTable.layer))
