import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Told } from "../../adapter/EventStream.ts"
import { AccountId } from "../../domain/Address.ts"
import { AccountStatus } from "../../gateway/Status.ts"
import { HandlerHealth } from "../../handler/Handler.ts"
import type { Desk } from "../Control/Desk.ts"

/** What is known of a process that tells what changes. */
type Known = Pick<Desk, "accounts" | "handlers">

type Change = (data: string) => Option.Option<(known: Known) => Known>

const change = <A, I>(schema: Schema.Schema<A, I>, told: (value: A, known: Known) => Partial<Known>): Change => {
  const decode = Schema.decodeUnknownOption(Schema.parseJson(schema))
  return (data) => Option.map(decode(data), (value) => (known) => ({ ...known, ...told(value, known) }))
}

const byName = (statuses: ReadonlyArray<AccountStatus>) =>
  new Map<string, AccountStatus>(statuses.map((status) => [status.account, status]))

const changes: Readonly<Record<string, Change>> = {
  snapshot: change(Schema.Array(AccountStatus), (statuses) => ({ accounts: byName(statuses) })),
  status: change(AccountStatus, (status, { accounts }) => ({
    accounts: new Map([...accounts, [status.account, status]])
  })),
  removed: change(Schema.Struct({ account: AccountId }), ({ account }, { accounts }) => ({
    accounts: new Map([...accounts].filter(([name]) => name !== account))
  })),
  handlers: change(Schema.Array(HandlerHealth), (handlers) => ({ handlers }))
}

/** The kinds of events that `hear` understands. */
export const kinds = ["status", "handlers"] as const

/** What is known once it told this; what is not understood changes nothing. */
export const hear = <K extends Known>(known: K, { data, event }: Told): K =>
  Option.match(changes[event]?.(data) ?? Option.none(), {
    onNone: () => known,
    onSome: (become) => ({ ...known, ...become(known) })
  })
