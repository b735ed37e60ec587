import * as Context from "effect/Context"
import type { Message } from "../domain/Message.ts"
import type { KeyedQueue } from "./KeyedQueue.ts"

/** Messages kept and not yet said. There is no other way to say something. */
export class Outbox extends Context.Tag("holdfast/Outbox")<Outbox, KeyedQueue<Message>>() {}
