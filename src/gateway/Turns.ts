import type * as Effect from "effect/Effect"
import type { Offered, Outcome, Work } from "../delivery/KeyedQueue.ts"
import type { Event, MessageReceived } from "../domain/Event.ts"
import type { Message } from "../domain/Message.ts"

/** Work on an event, and on those others that are part of it. */
export interface Whole extends Work<Event> {
  readonly parts?: ReadonlyArray<Event>
}

/** What people's messages do that arrive while their conversation's turn runs. */
export interface Turns {
  /** These events of one account have been kept, but for those that are repeats. */
  readonly arrived: (events: ReadonlyArray<Event>, offered: Offered) => Effect.Effect<void>
  /** An event's turn comes: what becomes of it if it is not to have one, or undefined. */
  readonly comes: (work: Work<Event>) => Effect.Effect<Outcome<Message> | undefined>
  /** The turn of an event runs, and ends early where something else is to have its place. */
  readonly during: <E, R>(work: Whole, run: Effect.Effect<void, E, R>) => Effect.Effect<void, E, R>
}

/** Whether it is a new message that is meant for the bot: nothing else interrupts, or is refused. */
export const isSpoken = (event: Event): event is MessageReceived => event._tag === "MessageReceived" && event.addressed

/** Those events of one account that are new. */
export const fresh = (events: ReadonlyArray<Event>, { repeats }: Offered): ReadonlyArray<Event> => {
  if (repeats.length === 0) return events
  const known = new Set(repeats)
  return events.filter((event) => !known.has(inboxId(event)))
}

/** What an event is called in the inbox. */
export const inboxId = ({ conversation, id }: Event): string => `${conversation.account}/${id}`
