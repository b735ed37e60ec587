import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Quiet from "../../../adapter/Quiet.ts"
import type { Conversation } from "../../../domain/Address.ts"
import { placeOf } from "../Events/Place.ts"
import type { Rest } from "../Rest.ts"
import { placed } from "./Body.ts"
import type { Moved } from "./Moved.ts"

/** What is shown lasts 5 s, so that a call that takes longer shows nothing: https://core.telegram.org/bots/api#sendchataction */
const every = Duration.seconds(4)

/** Shows that an answer is being written: best effort, and the first thing that is left out when a chat has too much. */
export interface Typing {
  readonly show: (conversation: Conversation) => Effect.Effect<void>
  /** For so many milliseconds nothing is shown in this chat, or any topic of it. */
  readonly hush: (chat: string, millis: number) => Effect.Effect<void>
}

export const make = (rest: Rest, moved: Pick<Moved, "to">): Typing => {
  // chats, and conversations
  const quiet = Quiet.make()

  const show = (conversation: Conversation) =>
    Effect.gen(function* () {
      const place = placeOf(conversation.id)
      if (place === undefined || conversation.kind === "channel") return
      if (yield* quiet.at(place.chat, conversation.id)) return
      yield* quiet.hush(conversation.id, Duration.toMillis(every))
      const params = { ...placed({ ...place, chat: moved.to(place.chat) }), action: "typing" }
      yield* rest
        .call("sendChatAction", params, { within: every })
        .pipe(Effect.catchAll(({ retryAfter }) => quiet.hush(place.chat, retryAfter ?? 0)))
    })

  return { show, hush: quiet.hush }
}
