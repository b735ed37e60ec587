import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Conversation } from "../../../domain/Address.ts"
import { placeOf } from "../Events/Place.ts"
import type { Rest } from "../Rest.ts"
import { placed } from "./Body.ts"
import type { Moved } from "./Moved.ts"

/** What is shown lasts 5 s, so that a call that takes longer shows nothing: https://core.telegram.org/bots/api#sendchataction */
const every = Duration.seconds(4)

const kept = 10_000

/** Milliseconds of a clock that nobody sets. */
const elapsed = Effect.clockWith((clock) => Effect.succeed(Number(clock.unsafeCurrentTimeNanos()) / 1e6))

/** Shows that an answer is being written: best effort, and the first thing that is left out when a chat has too much. */
export interface Typing {
  readonly show: (conversation: Conversation) => Effect.Effect<void>
  /** For so many milliseconds nothing is shown in this chat, or any topic of it. */
  readonly hush: (chat: string, millis: number) => Effect.Effect<void>
}

export const make = (rest: Rest, moved: Pick<Moved, "to">): Typing => {
  // by chat, and by conversation, until when nothing is shown there
  const quiet = new Map<string, number>()

  const until = (where: string): number => quiet.get(where) ?? 0

  const hush = (where: string, millis: number): Effect.Effect<void> =>
    Effect.map(elapsed, (now) => {
      quiet.set(where, Math.max(until(where), now + millis))
      if (quiet.size > kept) for (const [one, over] of quiet) if (over <= now) quiet.delete(one)
    })

  const show = (conversation: Conversation) =>
    Effect.gen(function* () {
      const place = placeOf(conversation.id)
      if (place === undefined || conversation.kind === "channel") return
      if (Math.max(until(place.chat), until(conversation.id)) > (yield* elapsed)) return
      yield* hush(conversation.id, Duration.toMillis(every))
      const params = { ...placed({ ...place, chat: moved.to(place.chat) }), action: "typing" }
      yield* rest
        .call("sendChatAction", params, { within: every })
        .pipe(Effect.catchAll(({ retryAfter }) => hush(place.chat, retryAfter ?? 0)))
    })

  return { show, hush }
}
