import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/Address.ts"
import { type AccountStatus, State } from "../Status.ts"

const millis = Schema.Number
const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** What became of an account, and when. Times are Unix milliseconds. */
export const Entry = Schema.Struct({
  /** tells it from every other entry; that of a later entry of the same account is larger */
  id: Schema.String,
  account: AccountId,
  /** when it came to this */
  at: millis,
  /** as it was last in this entry: a try that comes to the same again moves its due time on */
  state: State,
  /** since when the account had been in this state */
  since: millis,
  cause: maybe(Schema.String),
  /** tries of the listen loop by then, since its last stable line */
  attempts: Schema.Number,
  /** the adapter's number, or that of the last one which came to the same */
  generation: Schema.Number,
  flapping: Schema.Boolean,
  /** so many entries of the same outage stood before this one and are not kept any more */
  omitted: maybe(Schema.Number)
})
export type Entry = typeof Entry.Type

/** Some of an account's entries, the newest first; `next` is what to ask for those before them, where there are any. */
export const Page = Schema.Struct({ entries: Schema.Array(Entry), next: maybe(Schema.String) })
export type Page = typeof Page.Type

/** Which entries are wanted: those before an entry, and how many. */
export interface Query {
  readonly before?: string
  readonly limit: number
}

/** The number by which an entry is ordered among those of its account. */
export const numberOf = ({ id }: Pick<Entry, "id">): number => Number(id.slice(id.lastIndexOf("/") + 1))

export const idOf = (account: AccountId, number: number): string => `${account}/${number}`

/** What an entry tells of a status. */
export const told = ({ account, attempts, cause, flapping, generation, since, state }: AccountStatus) => ({
  account,
  state,
  since,
  ...(cause === undefined ? undefined : { cause }),
  attempts,
  generation,
  flapping
})
