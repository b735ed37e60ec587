import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Item, KeyedQueue, Work } from "../../delivery/KeyedQueue.ts"
import type { Event } from "../../domain/Event.ts"
import { firstNotice, type Message } from "../../domain/Message.ts"

/** Who waits is told so by this answer and by no other, so that it is known of it ever after. */
export const waitingNotice = firstNotice + 300

/** So many who were told are known at once; the outbox knows all of them. */
const most = 10_000

/** Tells those who wait that they do. */
export interface Waiting {
  /** Its handler failed, and is asked again at this time (Unix milliseconds). */
  readonly until: (work: Work<Event>, at: number) => Effect.Effect<void>
  /** It waits no more. */
  readonly over: (id: string) => void
}

/**
 * Tells, once for each event for ever, that it waits: as soon as it is known to wait for longer than `after` from when it was
 * kept. `notice` is what is told, which may be nothing.
 */
export const make = (
  outbox: Pick<KeyedQueue<Message>, "offer">,
  after: Duration.Duration,
  notice: (event: Event) => ReadonlyArray<Item<Message>>
): Waiting => {
  const patience = Duration.toMillis(after)
  /** of those that wait: the outbox knows it too, but is not asked at every try */
  const told = new Set<string>()
  return {
    until: ({ id, keptAt, value }, at) => {
      if (at - keptAt < patience || told.has(id)) return Effect.void
      const items = notice(value)
      if (items.length === 0) return Effect.void
      const done = Effect.sync(() => {
        if (told.size >= most) told.clear()
        told.add(id)
      })
      // where the store does not take it, it is told at the next try
      return Effect.ignore(Effect.zipRight(outbox.offer(items), done))
    },
    over: (id) => void told.delete(id)
  }
}

/** Tells nobody. */
export const silent: Waiting = { until: () => Effect.void, over: () => undefined }
