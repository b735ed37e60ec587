import * as Schema from "effect/Schema"
import { Event } from "../../domain/Event.ts"
import { Message } from "../../domain/Message.ts"

/** The queue of what was heard, and that of what is to be said. */
export const QueueName = Schema.Literal("inbox", "outbox")
export type QueueName = typeof QueueName.Type

/** What tells a dead letter from all others. */
export const LetterName = Schema.Struct({ queue: QueueName, id: Schema.NonEmptyString })
export type LetterName = typeof LetterName.Type

const known = {
  id: Schema.NonEmptyString,
  /** written `qq:main/c2c:7C0E…` */
  conversation: Schema.String,
  /** how often it was tried and came to nothing */
  attempts: Schema.Number,
  reason: Schema.String,
  /** Unix milliseconds, as all times here */
  keptAt: Schema.Number,
  diedAt: Schema.Number
}

/** Why something was put aside, and when; not what it is. */
export const Summary = Schema.Struct({ queue: QueueName, ...known })
export type Summary = typeof Summary.Type

/** An event that no handler took. */
export const DeadEvent = Schema.Struct({ queue: Schema.Literal("inbox"), ...known, event: Event })

/** A message that was not, or perhaps not, said. */
export const DeadMessage = Schema.Struct({ queue: Schema.Literal("outbox"), ...known, message: Message })

/** Work that was put aside, with all that is known of it. */
export const DeadLetter = Schema.Union(DeadEvent, DeadMessage)
export type DeadLetter = typeof DeadLetter.Type

export const summaryOf = ({ attempts, conversation, diedAt, id, keptAt, queue, reason }: Summary): Summary => ({
  queue,
  id,
  conversation,
  attempts,
  reason,
  keptAt,
  diedAt
})
