import type * as Api from "../http/Api.ts"
import type * as Accounts from "../http/Api/Accounts.ts"
import type * as Access from "../http/Api/Access.ts"
import type * as Letter from "../http/Api/DeadLetter.ts"
import type * as Simulated from "../http/Api/Simulated.ts"
import type * as Passages from "../gateway/Passages/Passage.ts"
import type * as Status from "../gateway/Status.ts"
import type * as Timeline from "../gateway/Timeline/Entry.ts"
import type * as Handler from "../handler/Handler.ts"

/** An account as the program tells of it; all times are the program's, in Unix milliseconds. */
export type AccountStatus = typeof Status.AccountStatus.Encoded
export type State = typeof Status.State.Encoded
export type Tag = State["_tag"]
export type Depth = Api.Depth
export type Depths = Api.Depths
export type Process = Api.Process
export type Summary = typeof Letter.Summary.Encoded
export type Letters = typeof Api.Page.Encoded
export type Settled = typeof Api.Settled.Encoded

/** What became of which accounts. */
export type Difference = typeof Accounts.Difference.Encoded

/** How what stands behind a handler does. */
export type HandlerHealth = typeof Handler.HandlerHealth.Encoded

/** What became of an account. */
export type Entry = typeof Timeline.Entry.Encoded
export type Entries = typeof Timeline.Page.Encoded

/** Something that passed, as far as this page looks at it. */
export type Passage = Pick<typeof Passages.Passage.Encoded, "_tag" | "account">

/** Messages of an account in the second before. */
export interface Rate {
  readonly account: string
  readonly in: number
  readonly out: number
}

/** Who may talk to an account, who asks, and who was let in. */
export type AccessOf = typeof Access.Access.Encoded
export type Changed = typeof Access.Changed.Encoded
export type Named = Pick<AccessOf["asking"][number], "id" | "kind" | "name">

/** A platform that is simulated in the program itself. */
export type Simulation = typeof Simulated.Simulation.Encoded
export type Line = typeof Simulated.Line.Encoded
