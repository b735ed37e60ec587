import type * as Duration from "effect/Duration"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import type { Content, Message, MessageId, Receipt } from "../../domain/Message.ts"

/** A message that is kept to be said, while its text grows. */
export class Growing {
  /** it was said */
  readonly receipt = Deferred.unsafeMake<Receipt>(FiberId.none)
  /** open once its text has grown since it was looked at */
  readonly grew = Effect.unsafeMakeLatch(true)
  /** what shows it anew */
  fiber: Fiber.RuntimeFiber<void> | undefined
  #ended = false

  constructor(
    readonly message: Message,
    /** our own name for what takes its place */
    readonly whole: MessageId,
    /** how often it can be shown anew */
    readonly every: Duration.Duration,
    /** what it has grown to by now */
    readonly content: () => Content
  ) {}

  get ended(): boolean {
    return this.#ended
  }

  grow(): void {
    this.grew.unsafeOpen()
  }

  /** It is not shown anew from now on; what is just being shown still may be. */
  end(): void {
    this.#ended = true
    this.fiber?.unsafeInterruptAsFork(FiberId.none)
  }
}
