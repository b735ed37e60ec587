import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { again, done, type Item, type KeyedQueue } from "../../delivery/KeyedQueue.ts"
import { conversationKey } from "../../domain/Address.ts"
import type { Event } from "../../domain/Event.ts"
import { answerId, firstNotice, type Message } from "../../domain/Message.ts"
import { fresh, inboxId, isSpoken, type Turns } from "../Turns.ts"

/** What was refused a turn is told so by this answer and by no other, so that it is known of it ever after. */
export const busyNotice = firstNotice + 200

/** How long it waits to know what became of an earlier process's word, where the store does not tell. */
const refusedPause = 1000

/**
 * What is said to the bot while a turn of its conversation runs gets none, and is told so: at once, and once, whatever
 * becomes of the process. `notice` is what it is told, which may be nothing: then a process that ends forgets what it refused.
 */
export const refusing = (parts: {
  readonly outbox: KeyedQueue<Message>
  readonly notice: (event: Event) => ReadonlyArray<Item<Message>>
}): Effect.Effect<Turns> =>
  Effect.gen(function* () {
    const { notice, outbox } = parts
    const began = yield* Clock.currentTimeMillis
    /** by conversation, the event whose turn runs */
    const running = new Map<string, string>()
    const refused = new Set<string>()

    /** Where the store does not take it, it is told when its turn would have come. */
    const tell = (event: Event) => Effect.ignore(outbox.offer(notice(event)))

    const isRefused = (event: Event): boolean => {
      const turn = running.get(conversationKey(event.conversation))
      return isSpoken(event) && turn !== undefined && turn !== inboxId(event)
    }

    return {
      arrived: (events, offered) =>
        Effect.suspend(() => {
          const some = running.size === 0 ? [] : fresh(events, offered).filter(isRefused)
          for (const event of some) refused.add(inboxId(event))
          return Effect.forEach(some, tell, { discard: true })
        }),
      comes: ({ id, keptAt, value }) => {
        if (refused.delete(id)) return Effect.succeed(done(notice(value)))
        if (keptAt >= began || !isSpoken(value)) return Effect.succeed(undefined)
        return Effect.matchEffect(outbox.fate(answerId(value, busyNotice)), {
          onSuccess: ({ _tag }) => Effect.succeed(_tag === "Unknown" ? undefined : done()),
          onFailure: ({ message: cause }) =>
            Effect.map(Clock.currentTimeMillis, (now) => again(now + refusedPause, { spent: false, cause }))
        })
      },
      during: ({ id, value }, run) => {
        if (!isSpoken(value) && value._tag !== "ButtonPressed") return run
        const place = conversationKey(value.conversation)
        return Effect.suspend(() => {
          running.set(place, id)
          return run
        }).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              if (running.get(place) === id) running.delete(place)
            })
          )
        )
      }
    }
  })
