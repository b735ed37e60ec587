import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { HandlerHealth } from "../Handler.ts"
import { consequences, type ModelFailed } from "./Failure.ts"

/** How a model does, as far as its last answers tell; nothing, before it was asked. */
export class Standing {
  #known: HandlerHealth | undefined
  constructor(readonly handler: string) {}

  readonly health: Effect.Effect<ReadonlyArray<HandlerHealth>> = Effect.sync(() =>
    this.#known === undefined ? [] : [this.#known]
  )

  readonly answered: Effect.Effect<void> = Effect.suspend(() =>
    this.#known?.state === "working" ? Effect.void : this.#now((since) => ({ state: "working", since }))
  )

  /** A failure that is about one event says nothing of the model. */
  failed({ cause, reason }: ModelFailed): Effect.Effect<void> {
    if (!consequences[reason].failing) return Effect.void
    const before = this.#known
    return this.#now((now) => ({ state: "failing", since: before?.state === "failing" ? before.since : now, cause }))
  }

  #now(state: (now: number) => Omit<HandlerHealth, "handler">): Effect.Effect<void> {
    return Effect.map(Clock.currentTimeMillis, (now) => {
      this.#known = { handler: this.handler, ...state(now) }
    })
  }
}
