import * as Context from "effect/Context"
import type { Event } from "../domain/Event.ts"
import type { Message } from "../domain/Message.ts"
import type { KeyedQueue } from "./KeyedQueue.ts"

/** Events kept and not yet handled; handling one settles its replies into the outbox in the same commit. */
export class Inbox extends Context.Tag("holdfast/Inbox")<Inbox, KeyedQueue<Event, Message>>() {}
