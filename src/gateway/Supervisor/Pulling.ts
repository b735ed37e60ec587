import * as Effect from "effect/Effect"

/** Whether accounts may ask for more of what they hear: yes, not now, or never again. One for all accounts. */
export class Pulling {
  readonly #open = Effect.unsafeMakeLatch(true)
  #over = false

  /** From now on who would ask waits. */
  readonly pause: Effect.Effect<void> = Effect.asVoid(this.#open.close)

  /** From now on nobody asks; who waits is told. */
  readonly end: Effect.Effect<void> = Effect.suspend(() => {
    this.#over = true
    return this.#open.open
  })

  /** Waits for as long as nobody may ask; false where nobody may again. */
  readonly next: Effect.Effect<boolean> = Effect.map(this.#open.await, () => !this.#over)

  get over(): boolean {
    return this.#over
  }
}
