import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as RetryPolicy from "../../adapter/RetryPolicy.ts"
import { HandlerFailed, type HandlerHealth } from "../Handler.ts"
import type { Programs } from "../Programs.ts"
import * as Life from "./Life.ts"
import type { Ask, Asked, Bounds } from "./Once.ts"

/** When a program that ended is started again. */
export const restarting: RetryPolicy.RetryPolicy = {
  base: Duration.millis(500),
  factor: 2,
  cap: Duration.seconds(30),
  floor: Duration.millis(100),
  attempts: Number.POSITIVE_INFINITY
}

/** A program that has run for this long, or has answered something, is well. */
const settled = Duration.seconds(10)

/** One that has run for this long is started again as quickly as at first. */
const stableAfter = Duration.minutes(1)

const monotonic = Effect.map(Clock.currentTimeNanos, Duration.nanos)

/** Who asks by the side of others, and who is asked about alone, both in the order in which they come. */
const turns = (places: number) =>
  Effect.all([Effect.makeSemaphore(1), Effect.makeSemaphore(places)]).pipe(
    Effect.map(([gate, room]) => ({
      among: <A, E, R>(work: Effect.Effect<A, E, R>) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.zipRight(restore(gate.withPermits(1)(room.take(1))), Effect.ensuring(restore(work), room.release(1)))
        ),
      alone: <A, E, R>(work: Effect.Effect<A, E, R>) => gate.withPermits(1)(room.withPermits(places)(work))
    }))
  )

/**
 * Keeps a program running for as long as the scope lasts, started again whenever it ends, and asks it about many events at once.
 * What it had not begun to answer when it ended is asked again, one at a time: of which it ends then is not asked about once more.
 */
export const make = (
  programs: Context.Tag.Service<Programs>,
  bounds: Bounds
): Effect.Effect<Asked, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { concurrency, name, within } = bounds
    const { alone, among } = yield* turns(concurrency)
    const delays = yield* RetryPolicy.stepper(RetryPolicy.schedule(restarting))
    const running = yield* Effect.makeLatch(false)
    let current: Life.Life | undefined
    let health: HandlerHealth = { handler: name, state: "working", since: yield* Clock.currentTimeMillis }

    const recovered = Effect.gen(function* () {
      health = { handler: name, state: "working", since: yield* Clock.currentTimeMillis }
      yield* Effect.logInfo(`${name} runs again`)
    })
    const well = Effect.suspend(() => (health.state === "working" ? Effect.void : recovered))

    const ill = (cause: string, delay: Duration.Duration) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const first = health.state === "working"
        const since = first ? now : health.since
        health = { handler: name, state: "failing", since, cause, next: now + Duration.toMillis(delay) }
        if (first)
          yield* Effect.logWarning(
            `${cause}; it is started again in ${Duration.format(delay)}, and so on until it stays`
          )
      })

    const live = Effect.gen(function* () {
      const life = yield* Life.begin(programs, bounds, well)
      current = life
      const { next: _, ...begun } = health
      health = begun
      yield* running.open
      yield* Effect.forkScoped(Effect.delay(well, settled))
      return yield* life.over
    }).pipe(
      Effect.ensuring(
        Effect.suspend(() => {
          current = undefined
          return running.close
        })
      ),
      Effect.scoped,
      Effect.catchTag("NotStarted", ({ cause }) => Effect.succeed(cause)),
      // nobody else would start it again
      Effect.catchAllDefect((defect) => Effect.succeed(`${name} could not be kept: ${String(defect)}`))
    )

    const lives = Effect.gen(function* () {
      const began = yield* monotonic
      const why = yield* live
      const lasted = Duration.subtract(yield* monotonic, began)
      if (Duration.greaterThanOrEqualTo(lasted, stableAfter)) yield* delays.reset
      const delay = Option.getOrElse(yield* delays.next(undefined), () => restarting.cap)
      yield* ill(why, delay)
      yield* Effect.sleep(delay)
    })
    yield* Effect.forkScoped(Effect.forever(lives))

    const alive: Effect.Effect<Life.Life> = Effect.suspend(() =>
      current === undefined ? Effect.zipRight(running.await, alive) : Effect.succeed(current)
    )
    const away = () =>
      new HandlerFailed({
        cause: `${name} does not run: ${health.cause ?? "it is just being started"}`,
        retryable: true
      })

    const failed = ({ why }: Life.Died) => new HandlerFailed({ cause: why, retryable: true })

    const ask: Ask = (event, say) => {
      let begun = false
      const once = Effect.flatMap(Effect.timeoutFail(alive, { duration: within, onTimeout: away }), (life) =>
        life.ask(event, (reply) => {
          begun = true
          say(reply)
        })
      )
      return among(once).pipe(
        Effect.catchTag("Died", (died) => (died.alone || begun ? Effect.fail(died) : alone(once))),
        Effect.catchTag("Died", failed)
      )
    }
    return { ask, health: Effect.sync(() => health) }
  })
