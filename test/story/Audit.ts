import { Clock, type Context, Duration, Effect, Option, type Scope } from "effect"
import { closeWithin } from "../../src/adapter/Teardown.ts"
import type { Gateway } from "../../src/gateway/Gateway.ts"
import { overdue } from "../../src/gateway/Status.ts"
import type { AnyRow } from "./Story.ts"
import type { Simulation } from "./Row.ts"

export interface AuditOptions extends Pick<AnyRow, "receives" | "believed"> {
  readonly every: Duration.DurationInput
}

/**
 * Compares what is said with what is so: nobody is told `Connected` for longer than it takes to find out that no line is
 * behind it, and whatever a person did not decide has a due time that is not over.
 */
export const audit = (
  { believed, every, receives }: AuditOptions,
  simulator: Simulation,
  gateway: Context.Tag.Service<Gateway>
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const bound = Option.getOrThrow(Duration.toNanos(Duration.sum(believed, Duration.seconds(1))))
    let soundAt = yield* Clock.currentTimeNanos
    const look = Effect.gen(function* () {
      const statuses = yield* gateway.statuses
      const lines = (yield* simulator.connections).filter(({ state }) => receives(state)).length
      const [now, nanos] = [yield* Clock.currentTimeMillis, yield* Clock.currentTimeNanos]
      if (statuses.filter(({ state }) => state._tag === "Connected").length <= lines) soundAt = nanos
      if (nanos - soundAt > bound) {
        yield* Effect.dieMessage(`said to be connected with no line behind it: ${JSON.stringify(statuses)}`)
      }
      if (lines > statuses.length) yield* Effect.dieMessage(`${lines} lines receive for ${statuses.length} accounts`)
      for (const status of statuses) {
        // a due time may be late by as long as an old line is given to close
        if (overdue(status, now, Duration.sum(closeWithin, Duration.seconds(1))))
          yield* Effect.dieMessage(`overdue: ${JSON.stringify(status)}`)
      }
    })
    const auditor = yield* look.pipe(Effect.delay(every), Effect.forever, Effect.forkScoped)
    // a finaliser that dies fails the story
    yield* Effect.addFinalizer(() =>
      Effect.flatMap(auditor.poll, (exit) => Option.getOrElse(exit, () => Effect.void)).pipe(Effect.orDie)
    )
  })
