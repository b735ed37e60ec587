import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { points, type Points, type ResumeStore } from "../../../adapter/ResumeStore.ts"
import { type AccountId, Person } from "../../../domain/Address.ts"

/** A session of the platform, how far it has been kept, and who we are in it: RESUMED does not say that again. */
const ResumePoint = Schema.Struct({
  session: Schema.NonEmptyString,
  seq: Schema.NonNegativeInt,
  self: Person
})
export type ResumePoint = typeof ResumePoint.Type

/** Where one account's session can be continued. */
export type ResumePoints = Points<ResumePoint>

export const of: (account: AccountId) => Effect.Effect<ResumePoints, never, ResumeStore> = points(ResumePoint)
