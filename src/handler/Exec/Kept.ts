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

/** How long one that ended so many times in a row has to run before it is asked: it may end without being asked anything. */
const probation = (ends: number): Duration.Duration =>
  Duration.min(Duration.seconds(ends < 2 ? 0 : 2 ** (ends - 2)), settled)

/** One that has run for this long is started again as quickly as at first. */
const stableAfter = Duration.minutes(1)

const monotonic = Effect.map(Clock.currentTimeNanos, Duration.nanos)

/** A start that is no further off than this is waited for. */
const soon = Duration.seconds(2)

/** So many events are known at most that the program may have ended of. */
const mostSuspects = 1000

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
 * While it does not run, events wait until it is started next, at no attempt's cost.
 */
export const make = (
  programs: Context.Tag.Service<Programs>,
  bounds: Bounds
): Effect.Effect<Asked, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { concurrency, name } = bounds
    const { alone, among } = yield* turns(concurrency)
    const delays = yield* RetryPolicy.stepper(RetryPolicy.schedule(restarting))
    const running = yield* Effect.makeLatch(false)
    let current: Life.Life | undefined
    /** how often it has ended since it was well */
    let ends = 0
    let health: HandlerHealth = { handler: name, state: "working", since: yield* Clock.currentTimeMillis }

    const recovered = Effect.gen(function* () {
      ends = 0
      health = { handler: name, state: "working", since: yield* Clock.currentTimeMillis }
      yield* Effect.logInfo(`${name} runs again`)
    })
    const well = Effect.suspend(() => (health.state === "working" ? Effect.void : recovered))

    const ill = (cause: string, delay: Duration.Duration) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const first = health.state === "working"
        const since = first ? now : health.since
        ends += 1
        health = { handler: name, state: "failing", since, cause, next: now + Duration.toMillis(delay) }
        if (first)
          yield* Effect.logWarning(
            `${cause}; it is started again in ${Duration.format(delay)}, and so on until it stays`
          )
      })

    const next = (next: { readonly next?: number }) => {
      const { next: _, ...now } = health
      health = { ...now, ...next }
    }

    const live = Effect.gen(function* () {
      const life = yield* Life.begin(programs, bounds, well)
      const wait = probation(ends)
      next({ next: (yield* Clock.currentTimeMillis) + Duration.toMillis(wait) })
      const begin = Effect.suspend(() => {
        current = life
        next({})
        return running.open
      })
      yield* Effect.forkScoped(Effect.delay(begin, wait))
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
    const away = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const cause = `${name} does not run: ${health.cause ?? "it is just being started"}`
      return new HandlerFailed({ cause, retryable: true, until: Math.max(health.next ?? 0, now + 1000) })
    })
    /** That it does not run is no fault of any event. */
    const ready = Effect.flatMap(Clock.currentTimeMillis, (now) =>
      (health.next ?? now) - now > Duration.toMillis(soon)
        ? away
        : Effect.flatMap(
            Effect.timeoutOption(alive, soon),
            Option.match({ onNone: () => away, onSome: Effect.succeed })
          )
    )

    const failed = ({ why }: Life.Died) => new HandlerFailed({ cause: why, retryable: true })

    /** It was asked about these beside others when it ended, so that nothing else is to be at stake when it is asked again. */
    const suspects = new Set<string>()
    const suspected = (id: string) => {
      suspects.add(id)
      const [eldest] = suspects
      if (suspects.size > mostSuspects && eldest !== undefined) suspects.delete(eldest)
    }

    const ask: Ask = (event, attempt, say) => {
      const id = `${event.conversation.account}/${event.id}`
      let begun = false
      const once = Effect.flatMap(ready, (life) =>
        life.ask(event, attempt, (reply) => {
          begun = true
          say(reply)
        })
      )
      const first = among(once).pipe(
        Effect.catchTag("Died", (died) => {
          if (died.alone || begun) return Effect.fail(died)
          suspected(id)
          return alone(once)
        })
      )
      const clear = Effect.sync(() => void suspects.delete(id))
      return Effect.suspend(() => (suspects.has(id) ? alone(once) : first)).pipe(
        Effect.catchTag("Died", failed),
        Effect.tapBoth({
          onFailure: ({ until }) => (until === undefined ? clear : Effect.void),
          onSuccess: () => clear
        })
      )
    }
    return { ask, health: Effect.sync(() => health) }
  })
