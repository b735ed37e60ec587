import type * as Duration from "effect/Duration"
import type { ConversationKind } from "../domain/Address.ts"
import type { Message } from "../domain/Message.ts"

/** How often something may be done: `burst` at once, and then one more every `every`. */
export interface Pace {
  readonly burst: number
  readonly every: Duration.Duration
}

/** For how long after an event, and how many times, it can be replied to. */
export interface ReplyWindow {
  readonly within: Duration.Duration
  readonly replies: number
}

/** What a live account can do, as data. */
export interface Capabilities {
  /** the longest text of one message; a longer reply is split when it is numbered. UTF-16 units */
  readonly textLimit: number
  /** messages that may be sent to all conversations together, and to one */
  readonly pace: { readonly account: Pace; readonly conversation: Pace }
  /** no entry: replies to this kind of conversation never expire */
  readonly replyWindow: (message: Message) => ReplyWindow | undefined
  /** a message whose reply window has passed can be sent without being asked */
  readonly unasked: (kind: ConversationKind) => boolean
  /** sending the same message twice shows it once, so an uncertain send may be repeated */
  readonly deduplicates: (message: Message) => boolean
}
