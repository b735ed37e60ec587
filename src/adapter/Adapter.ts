import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AccountId, Conversation } from "../domain/Address.ts"
import type { Attachment } from "../domain/Event.ts"
import type { Message, Receipt } from "../domain/Message.ts"
import type { AdapterFatal, DownloadFailed, SendError } from "./AdapterError.ts"
import type { Capabilities } from "./Capabilities.ts"
import type { Signal } from "./Signal.ts"

/** A live account: a stream of signals in, `send` out. */
export interface Adapter {
  readonly account: AccountId
  readonly capabilities: Capabilities
  /**
   * Everything that this account hears and what becomes of its line, for as long as it can keep itself going. A pull is an
   * acknowledgement: what was emitted before it counts as kept. So is the end that who pulls puts to it, unless by an
   * interruption. By itself it never ends quietly; it fails with `AdapterFatal`.
   */
  readonly listen: Stream.Stream<Signal, AdapterFatal>
  /**
   * Says one message. Sending the same message again is harmless where `capabilities.deduplicates` says so. `again`: it may
   * have arrived before, and a second copy is not wanted; what could only be said as one is `Rejected`.
   */
  readonly send: (message: Message, again?: boolean) => Effect.Effect<Receipt, SendError>
  /**
   * Shows, for some seconds, that an answer is being written, to the event of this anchor where a platform wants to know;
   * where that cannot be shown, or fails, nothing happens.
   */
  readonly typing: (conversation: Conversation, anchor?: string) => Effect.Effect<void>
  /** The id that a conversation had before its platform gave it another, as far as that was heard; left out, ids are for ever. */
  readonly formerly?: (conversation: string) => string | undefined
  /** Fetches what came along with a message, piece by piece as it is pulled. */
  readonly download: (attachment: Attachment) => Stream.Stream<Uint8Array, DownloadFailed>
}
