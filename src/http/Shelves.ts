import type { KeyedQueue } from "../delivery/KeyedQueue.ts"
import type { Event } from "../domain/Event.ts"
import type { Message } from "../domain/Message.ts"

/** What can be seen of a queue and done with it without working on it. */
export type Shelf<A> = Pick<KeyedQueue<A>, "depths" | "dead" | "fate" | "retry" | "drop" | "offer">

/** Both queues, for whoever may only look and put right: those of a gateway, or those in a store that none has open. */
export interface Shelves {
  readonly inbox: Shelf<Event>
  readonly outbox: Shelf<Message>
}
