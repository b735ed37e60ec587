import * as Effect from "effect/Effect"

/** Lets fibers wait until something holds. Whoever may have made it hold says `check`. */
export class Condition {
  readonly #waiting = new Map<() => void, () => boolean>()

  until(holds: () => boolean): Effect.Effect<void> {
    return Effect.async((resume) => {
      const go = () => resume(Effect.void)
      // Asked again here, because the fiber may have yielded since it was asked last.
      if (holds()) return go()
      this.#waiting.set(go, holds)
      return Effect.sync(() => this.#waiting.delete(go))
    })
  }

  check(): void {
    if (this.#waiting.size === 0) return
    for (const [go, holds] of this.#waiting) {
      if (!holds()) continue
      this.#waiting.delete(go)
      go()
    }
  }
}
