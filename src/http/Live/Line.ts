import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Chosen } from "./Chosen.ts"

/** The most bytes that wait for one who does not read them. */
export const most = 1024 * 1024

/** One who listens: what waits to be written there. */
export class Line {
  readonly chosen: Chosen
  #waiting: Array<Uint8Array> = []
  #bytes = 0
  #begun = false
  #ended = false
  readonly #some = Effect.unsafeMakeLatch(false)

  /** It is told what it chose. */
  constructor(chosen: Chosen) {
    this.chosen = chosen
  }

  /** Whether it still listens, as far as is known here. */
  get isOpen(): boolean {
    return !this.#ended
  }

  /** Has this written; who has let too much wait is dropped, and what waits is let go of. */
  push(bytes: Uint8Array): void {
    if (this.#ended) return
    this.#waiting.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes > most) {
      this.#waiting = []
      this.end()
    } else if (this.#begun) this.#some.unsafeOpen()
  }

  /** Has this written before all that waits, however much it is; nothing is written before. */
  begin(bytes: Uint8Array): void {
    this.#waiting.unshift(bytes)
    this.#begun = true
    this.#some.unsafeOpen()
  }

  /** Nothing more is told after what waits. */
  end(): void {
    this.#ended = true
    this.#some.unsafeOpen()
  }

  /** Waits until there is something to write, and takes all of it; fails once there will be nothing. */
  readonly take: Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<never>> = Effect.zipRight(
    this.#some.await,
    Effect.suspend(() => {
      const all = this.#waiting
      if (all.length === 0) return this.#ended ? Effect.fail(Option.none()) : Effect.succeed(Chunk.empty())
      this.#waiting = []
      this.#bytes = 0
      if (!this.#ended) this.#some.unsafeClose()
      return Effect.succeed(Chunk.unsafeFromArray(all))
    })
  )
}
