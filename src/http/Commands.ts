import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AccountId } from "../domain/Address.ts"
import type { Gateway } from "../gateway/Gateway.ts"
import type { AccountStatus } from "../gateway/Status.ts"
import type { Page, Query } from "../gateway/Timeline.ts"
import type { Difference } from "./Api/Accounts.ts"
import { UnknownAccount } from "./Api/Failure.ts"

type Command = (account: AccountId) => Effect.Effect<AccountStatus, UnknownAccount>

/** What can be decided about an account by its name, and what became of it. */
export interface Commands {
  readonly pause: Command
  readonly resume: Command
  readonly restart: Command
  /** Stops it until the configuration is read again; what is kept of it stays. */
  readonly remove: (account: AccountId) => Effect.Effect<Difference, UnknownAccount>
  readonly timeline: (account: AccountId, query: Query) => Effect.Effect<Page, UnknownAccount>
}

/** Over a gateway that runs. */
export const of = (gateway: Context.Tag.Service<Gateway>): Commands => {
  const { remove, restart, resume, pause, status, statuses, timeline } = gateway
  const known = Effect.mapError(({ account }: { readonly account: AccountId }) => UnknownAccount.of(account))
  const command =
    (act: typeof pause): Command =>
    (account) =>
      known(Effect.zipRight(act(account), status(account)))
  return {
    pause: command(pause),
    resume: command(resume),
    restart: command(restart),
    remove: (account) =>
      Effect.map(Effect.zipRight(known(remove(account)), statuses), (left) => ({
        added: [],
        removed: [account],
        changed: [],
        unchanged: left.map((one) => one.account)
      })),
    timeline: (account, query) => known(timeline(account, query))
  }
}

const unknown = (account: AccountId) => Effect.fail(UnknownAccount.of(account))

/** Where no gateway runs: there is no account. */
export const none: Commands = { pause: unknown, resume: unknown, restart: unknown, remove: unknown, timeline: unknown }
