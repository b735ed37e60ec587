import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { points, type Points, type ResumeStore } from "../../../adapter/ResumeStore.ts"
import type { TelegramSettings } from "../Config.ts"

/**
 * Where the next poll begins, and when a poll was last answered, in Unix milliseconds. Without that time others may have been
 * sent what is not known here.
 */
const ResumePoint = Schema.Struct({
  offset: Schema.NonNegativeInt,
  at: Schema.optionalWith(Schema.Number, { exact: true })
})
export type ResumePoint = typeof ResumePoint.Type

/** An account's name outlives its bot, and an offset of one bot would throw away what waits for another. */
const Stored = Schema.Struct({ bot: Schema.String, ...ResumePoint.fields })

/** From the oldest update that Telegram still has for us. */
export const start: ResumePoint = { offset: 0 }

/** For how long Telegram keeps an update that nobody has confirmed: https://core.telegram.org/bots/api#getting-updates */
const kept = Duration.toMillis("24 hours")

/** Whether nothing can have been missed between this point and `now`. */
export const continues = ({ at }: ResumePoint, now: number): boolean => at !== undefined && now - at < kept

const storedOf = points(Stored)

/** Where the account's present bot goes on. */
export const of = ({ account, botId }: TelegramSettings): Effect.Effect<Points<ResumePoint>, never, ResumeStore> =>
  Effect.map(storedOf(account), ({ load, save, ...others }) => ({
    load: Effect.map(
      load,
      Option.filter(({ bot }) => bot === botId)
    ),
    save: (point) => save({ ...point, bot: botId }),
    ...others
  }))
