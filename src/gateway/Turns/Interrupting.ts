import * as Effect from "effect/Effect"
import { conversationKey } from "../../domain/Address.ts"
import type { Event } from "../../domain/Event.ts"
import { fresh, inboxId, isSpoken, type Turns } from "../Turns.ts"

/** Where a person is heard: in a group nobody interrupts what another asked. */
const placeOf = (event: Event): string => `${conversationKey(event.conversation)} ${event.sender.id}`

/** A turn that runs, and how it is ended. */
interface Running {
  readonly id: string
  readonly latch: Effect.Latch
}

/**
 * What a person says to the bot ends the turn that runs of what they said before: its answer stays as it is. What has its
 * turn still to come, and something newer behind it, is begun and ended at once; a handler that has its answer at hand says it.
 */
export const interrupting: Effect.Effect<Turns> = Effect.sync(() => {
  const running = new Map<string, Running>()
  /** by place, the last that has arrived and not yet had its turn */
  const newest = new Map<string, string>()

  const reached = (place: string, id: string) => {
    if (newest.get(place) === id) newest.delete(place)
  }

  return {
    arrived: (events, offered) =>
      Effect.sync(() => {
        for (const event of fresh(events, offered)) {
          if (!isSpoken(event)) continue
          const [place, id] = [placeOf(event), inboxId(event)]
          const turn = running.get(place)
          // its own turn may have begun since it was kept
          if (turn?.id === id) continue
          newest.set(place, id)
          turn?.latch.unsafeOpen()
        }
      }),
    comes: ({ id, value }) =>
      Effect.sync(() => {
        reached(placeOf(value), id)
        return undefined
      }),
    during: ({ id, parts = [], value }, run) =>
      isSpoken(value)
        ? Effect.suspend(() => {
            const place = placeOf(value)
            // they may have been told of as newly arrived only since their turn came
            for (const part of [...parts.map(inboxId), id]) reached(place, part)
            const turn: Running = { id, latch: Effect.unsafeMakeLatch(newest.has(place)) }
            running.set(place, turn)
            return Effect.raceFirst(run, turn.latch.await).pipe(
              Effect.ensuring(
                Effect.sync(() => {
                  if (running.get(place) === turn) running.delete(place)
                })
              )
            )
          })
        : run
  }
})
