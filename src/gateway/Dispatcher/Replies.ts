import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Content } from "../../domain/Message.ts"
import { HandlerFailed, isPiece, type Reply } from "../../handler/Handler.ts"
import type { Early } from "./Early.ts"
import type { Turn } from "./Turn.ts"

/** How much may be said of one event. */
export interface Bounds {
  /** messages, each as long as its platform takes them */
  readonly replies: number
  /** characters of text and bytes of what is shown, all together */
  readonly bytes: number
  /** what who asked is told where an answer is cut short there */
  readonly notice: string | undefined
}

/** What even an empty reply takes. */
const least = 16

const sizeOf = ({ media, text }: Content): number =>
  least + text.length + (media?.source._tag === "Bytes" ? media.source.bytes.length : 0)

/** Counts what is said of one event, where a message holds `room` characters. */
class Count {
  #replies = 0
  #bytes = 0
  /** characters of a reply that grows */
  #open = 0
  constructor(
    readonly bounds: Bounds,
    readonly room: number
  ) {}

  /** Whether a reply is still within the bounds; it counts in any case. */
  admits(reply: Reply): boolean {
    if (isPiece(reply)) {
      this.#bytes += least + reply.piece.length
      this.#open += reply.piece.length
    } else {
      this.#bytes += sizeOf(reply)
      this.#replies += this.#messages(this.#open) + Math.max(1, this.#messages(reply.text.length))
      this.#open = 0
    }
    return this.#bytes <= this.bounds.bytes && this.#replies + this.#messages(this.#open) <= this.bounds.replies
  }

  #messages(characters: number): number {
    return Math.ceil(characters / this.room)
  }
}

const flood = ({ bytes, notice, replies }: Bounds): HandlerFailed =>
  new HandlerFailed({
    cause: `it said more than ${replies} messages, or ${bytes} bytes, and was stopped`,
    retryable: false,
    ...(notice === undefined ? undefined : { notice })
  })

/** In v3 every effect is also the stream of its one value. */
const isOne = <A, E, R>(answer: Stream.Stream<A, E, R>): answer is Effect.Effect<A, E, R> => Effect.isEffect(answer)

/**
 * Has a turn say everything that a handler answers, as far as the bounds go: it fails where it goes on beyond. Running a
 * stream costs a hundred times what running an effect does, and most handlers have one thing to say, or none.
 */
export const every = <R>(
  answer: Stream.Stream<Reply, HandlerFailed, R>,
  bounds: Bounds,
  turn: Turn,
  early: Early
): Effect.Effect<void, HandlerFailed, R> => {
  const count = new Count(bounds, turn.capabilities.limits.text)
  if (isOne(answer))
    return Effect.flatMap(answer, (reply) => {
      if (!count.admits(reply)) return flood(bounds)
      turn.say(reply)
      early.keep(turn)
      return Effect.void
    })
  return Stream.runForEachChunk(answer, (replies) =>
    Effect.suspend(() => {
      let within = true
      for (const reply of replies) {
        within = count.admits(reply)
        if (!within) break
        turn.say(reply)
      }
      early.keep(turn)
      return within ? Effect.void : flood(bounds)
    })
  )
}
