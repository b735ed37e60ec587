import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { points, type Points, type ResumeStore } from "../../../adapter/ResumeStore.ts"
import type { AccountId } from "../../../domain/Address.ts"

/**
 * Where the next poll begins, and when a poll was last answered, in Unix milliseconds. Without that time others may have been
 * sent what is not known here.
 */
const ResumePoint = Schema.Struct({
  offset: Schema.NonNegativeInt,
  at: Schema.optionalWith(Schema.Number, { exact: true })
})
export type ResumePoint = typeof ResumePoint.Type

/** From the oldest update that Telegram still has for us. */
export const start: ResumePoint = { offset: 0 }

/** For how long Telegram keeps an update that nobody has confirmed: https://core.telegram.org/bots/api#getting-updates */
const kept = Duration.toMillis("24 hours")

/** Whether nothing can have been missed between this point and `now`. */
export const continues = ({ at }: ResumePoint, now: number): boolean => at !== undefined && now - at < kept

export const of = (account: AccountId): Effect.Effect<Points<ResumePoint>, never, ResumeStore> =>
  points(account, ResumePoint)
