import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ResumeStore } from "../../../adapter/ResumeStore.ts"
import { type AccountId, Person } from "../../../domain/Address.ts"

/** A session of the platform, how far it has been kept, and who we are in it: RESUMED does not say that again. */
const ResumePoint = Schema.Struct({
  session: Schema.NonEmptyString,
  seq: Schema.NonNegativeInt,
  self: Person
})
export type ResumePoint = typeof ResumePoint.Type

const Text = Schema.parseJson(ResumePoint)
const decode = Schema.decodeOption(Text)
const encode = Schema.encodeSync(Text)

/** Where one account's session can be continued. */
export interface ResumePoints {
  /** None too when what is stored cannot be read: a fresh session is always right. */
  readonly load: Effect.Effect<Option.Option<ResumePoint>>
  readonly save: (point: ResumePoint) => Effect.Effect<void>
  readonly clear: Effect.Effect<void>
}

export const of = (account: AccountId): Effect.Effect<ResumePoints, never, ResumeStore> =>
  Effect.map(ResumeStore, (store) => ({
    load: Effect.map(store.get(account), Option.flatMap(decode)),
    save: (point) => store.set(account, encode(point)),
    clear: store.clear(account)
  }))
