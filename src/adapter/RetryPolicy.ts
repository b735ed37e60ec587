import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import * as Setting from "./Setting.ts"

/** The shape of a backoff: delays grow from `base` by `factor` up to `cap`, and each is drawn between `floor` and that. */
export interface RetryPolicy {
  readonly base: Duration.Duration
  readonly factor: number
  readonly cap: Duration.Duration
  readonly floor: Duration.Duration
  /** how often something is tried before it is given up; `Infinity` for ever */
  readonly attempts: number
}

/** What a listen loop does by itself before it gives its account back to the gateway. */
export const listening: RetryPolicy = {
  base: Duration.seconds(1),
  factor: 2,
  cap: Duration.seconds(30),
  floor: Duration.millis(250),
  attempts: 10
}

/** What the gateway does with an account whose listen loop gave up. */
export const rescheduling: RetryPolicy = {
  base: Duration.seconds(5),
  factor: 2,
  cap: Duration.seconds(30),
  floor: Duration.millis(250),
  attempts: Number.POSITIVE_INFINITY
}

/** Draws each delay evenly between `floor` and the delay itself, so that many accounts never come back in step (F28). */
export const fullJitter =
  (floor: Duration.Duration) =>
  <Out, In, R>(self: Schedule.Schedule<Out, In, R>): Schedule.Schedule<Out, In, R> =>
    Schedule.modifyDelayEffect(self, (_, delay) => {
      const low = Math.min(Duration.toMillis(floor), Duration.toMillis(delay))
      return Effect.map(Random.next, (drawn) =>
        Duration.millis(Math.round(low + drawn * (Duration.toMillis(delay) - low)))
      )
    })

/** The `Schedule` of a policy. `recurs` counts tries after the first, so `attempts` tries mean one less. */
export const schedule = (policy: RetryPolicy): Schedule.Schedule<unknown> => {
  const delays = Schedule.exponential(policy.base, policy.factor).pipe(
    Schedule.union(Schedule.spaced(policy.cap)),
    fullJitter(policy.floor)
  )
  return Number.isFinite(policy.attempts) ? Schedule.intersect(delays, Schedule.recurs(policy.attempts - 1)) : delays
}

/** A floor that nobody set is lowered to the cap that somebody did. */
const bounded =
  (floor: Duration.Duration) =>
  (
    given: Omit<RetryPolicy, "floor"> & { readonly floor: Option.Option<Duration.Duration> }
  ): Either.Either<RetryPolicy, ConfigError.ConfigError> => {
    const wrong = (name: string, wants: string) => Either.left(ConfigError.InvalidData([name], wants))
    const policy = { ...given, floor: Option.getOrElse(given.floor, () => Duration.min(floor, given.cap)) }
    if (Duration.lessThan(policy.cap, policy.base))
      return wrong("CAP", `it wants no less than BASE, ${Setting.written(policy.base)}`)
    if (Duration.greaterThan(policy.floor, policy.cap))
      return wrong("FLOOR", `it wants no more than CAP, ${Setting.written(policy.cap)}`)
    return Either.right(policy)
  }

/**
 * The policy that the environment describes under the given defaults: `BASE`, `FACTOR`, `CAP`, `FLOOR`, and `ATTEMPTS`
 * unless it is meant to go on for ever.
 */
export const config = (defaults: RetryPolicy): Config.Config<RetryPolicy> =>
  Config.all({
    base: Setting.span("BASE").pipe(Config.withDefault(defaults.base)),
    factor: Setting.factor("FACTOR").pipe(Config.withDefault(defaults.factor)),
    cap: Setting.span("CAP").pipe(Config.withDefault(defaults.cap)),
    floor: Config.option(Setting.span("FLOOR")),
    attempts: Number.isFinite(defaults.attempts)
      ? Setting.count("ATTEMPTS").pipe(Config.withDefault(defaults.attempts))
      : Config.succeed(defaults.attempts)
  }).pipe(Config.mapOrFail(bounded(defaults.floor)))

/** What `config` reads when it is nested in `prefix`; `what` says whose delays they are. */
export const variables = (prefix: string, what: string, defaults: RetryPolicy): ReadonlyArray<Setting.Variable> => {
  const variable = (key: string, description: string, fallback: string) => ({
    name: `${prefix}_${key}`,
    description: `${what}: ${description}`,
    default: fallback
  })
  return [
    variable("BASE", "the first delay", Setting.written(defaults.base)),
    variable("FACTOR", "how much longer each next delay may be", String(defaults.factor)),
    variable("CAP", "the longest delay", Setting.written(defaults.cap)),
    variable("FLOOR", "the shortest delay that is drawn", Setting.written(defaults.floor)),
    ...(Number.isFinite(defaults.attempts)
      ? [variable("ATTEMPTS", "how often it is tried in a row", String(defaults.attempts))]
      : [])
  ]
}

/** A schedule stepped by hand, for a loop that must say how long it will wait before it does. */
export interface Stepper<In> {
  /** How long to wait before the next try; none when the schedule is spent. */
  readonly next: (input: In) => Effect.Effect<Option.Option<Duration.Duration>>
  readonly reset: Effect.Effect<void>
}

export const stepper = <Out, In>(self: Schedule.Schedule<Out, In>): Effect.Effect<Stepper<In>> =>
  Effect.sync(() => {
    let state = self.initial
    return {
      next: (input) =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const [nextState, , decision] = yield* self.step(now, input, state)
          state = nextState
          return ScheduleDecision.isDone(decision)
            ? Option.none()
            : Option.some(Duration.millis(Math.max(0, ScheduleIntervals.start(decision.intervals) - now)))
        }),
      reset: Effect.sync(() => {
        state = self.initial
      })
    }
  })
