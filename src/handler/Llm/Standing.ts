import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HandlerHealth } from "../Handler.ts"
import { consequences, type ModelFailed } from "./Failure.ts"

/** How a model does, as far as its last answers tell; nothing, before it was asked. The log has each change once. */
export class Standing {
  #known: HandlerHealth | undefined
  constructor(
    readonly handler: string,
    readonly model: string
  ) {}

  readonly health: Effect.Effect<ReadonlyArray<HandlerHealth>> = Effect.sync(() =>
    this.#known === undefined ? [] : [this.#known]
  )

  readonly answered: Effect.Effect<void> = Effect.suspend(() => {
    const before = this.#known
    if (before?.state === "working") return Effect.void
    return Effect.flatMap(Clock.currentTimeMillis, (since) => {
      this.#known = { handler: this.handler, state: "working", since }
      if (before === undefined) return Effect.void
      const lasted = Duration.format(Duration.millis(since - before.since))
      return Effect.logInfo(`the model ${this.model} answers again, after ${lasted}`)
    })
  })

  /** A failure that is about one event says nothing of the model. */
  failed({ cause, reason }: ModelFailed): Effect.Effect<void> {
    if (!consequences[reason].failing) return Effect.void
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const before = this.#known
      const isNew = before?.state !== "failing"
      this.#known = { handler: this.handler, state: "failing", since: isNew ? now : before.since, cause }
      return isNew ? Effect.logWarning(`the model ${this.model} does not answer (${reason})`) : Effect.void
    })
  }
}
