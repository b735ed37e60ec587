import * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Process } from "./ProcessTable.ts"

/** Who holds a lease. */
export const Owner = Schema.Struct({
  /** drawn at random when its store was opened */
  id: Schema.String,
  ...Process.fields,
  /** since when it holds it, in Unix milliseconds */
  since: Schema.Number,
  /** where it can be told what to do */
  control: Schema.optionalWith(Schema.String, { exact: true })
})
export type Owner = typeof Owner.Type

/** An account that is ours until it is given up or lost: what others write of it meanwhile is refused, not what we write. */
export interface Lease {
  /** grows with each owner that the account has */
  readonly generation: number
  /** when its last owner was last known to live, in Unix milliseconds, if that one never let go of it */
  readonly left?: number | undefined
  /**
   * Succeeds, with what happened, once it is ours no more or cannot be kept. Whatever must not be done by two is to be over
   * within 4 seconds from then on.
   */
  readonly lost: Effect.Effect<LeaseLost>
}

export interface LeaseLost {
  readonly cause: string
  /** another has it by now; else it could only not be renewed */
  readonly taken: boolean
}

/** "pid 4711 on alpha, since 2026-11-26T20:15:03.000Z" */
export const described = ({ host, pid, since }: Owner): string =>
  `pid ${pid} on ${host.name}, since ${DateTime.formatIso(DateTime.unsafeMake(since))}`

/** The account, or the bot behind it, is somebody else's for now. */
export class OwnedElsewhere extends Schema.TaggedError<OwnedElsewhere>()("OwnedElsewhere", {
  account: Schema.String,
  /** what is not to be had: the account, or the credential that it has in common with another */
  what: Schema.Literal("account", "credential"),
  owner: Owner,
  /** when it can be had at the earliest if its owner says nothing more, in Unix milliseconds */
  until: Schema.Number
}) {
  override get message(): string {
    const whose = this.what === "account" ? this.account : `the bot of ${this.account}`
    return `${whose} belongs to another process (${described(this.owner)}): stop that one, or leave the account to it; what it lets go of is taken over within seconds`
  }
}
