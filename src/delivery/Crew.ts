import type * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { constTrue, constVoid } from "effect/Function"
import { awaitBounded } from "../adapter/Teardown.ts"
import type { WorkOptions } from "./KeyedQueue.ts"
import { type Worker, worker as workerOf } from "./Crew/Bench.ts"
import { Condition } from "./Crew/Condition.ts"
import type { Lane } from "./Crew/Lane.ts"
import { Rescuers } from "./Crew/Rescuers.ts"
import { monotonic, type Shop } from "./Crew/Shop.ts"
import { type Job, toil } from "./Crew/Toil.ts"

const inParallel = { concurrency: "unbounded", discard: true } as const

// Node fires a timer that is longer than 24.8 days at once, and Effect never does.
const longestTimer = 2 ** 31 - 1

/** Makes ready what was put off, when it is due. */
const keepTime = <V, A, B>({ alarm, bench, lanes }: Shop<V, A, B>, clock: Clock.Clock): Effect.Effect<void> =>
  Effect.whileLoop({
    while: constTrue,
    body: (): Effect.Effect<unknown> => {
      const now = monotonic(clock)
      lanes.promote(now)
      bench.call()
      const due = lanes.nextDue
      const earlier = alarm.until(() => lanes.nextDue < due)
      return Number.isFinite(due) ? Effect.timeoutOption(earlier, Math.min(due - now, longestTimer)) : earlier
    },
    step: constVoid
  })

/** The fibers that work, one per place, and what they have in common. */
interface Crew<V, A, B, R> {
  readonly shop: Shop<V, A, B>
  readonly clock: Clock.Clock
  readonly job: Job<A, B, R>
  readonly deadline: WorkOptions<A, B>["deadline"]
  readonly workers: Map<Worker<V>, Fiber.RuntimeFiber<void>>
  readonly rescuers: Rescuers<V>
  /** checked when something was taken up */
  readonly taken: Condition
  /** fails with a worker that fails itself */
  readonly broken: Deferred.Deferred<never>
}

/** Fills a place; who comes with a lane settles what the predecessor was late with. */
const hire = <V, A, B, R>(crew: Crew<V, A, B, R>, lane?: Lane<V>): Effect.Effect<void, never, R> =>
  Effect.suspend(() => {
    const { broken, clock, deadline, job, shop, taken, workers } = crew
    const worker = workerOf(lane, monotonic(clock))
    const took = () => {
      worker.since = monotonic(clock)
      taken.check()
    }
    const duty = {
      first: deadline?.late,
      job,
      took: deadline === undefined ? constVoid : took,
      rescue: crew.rescuers.rescue
    }
    return toil(shop, worker, duty, clock).pipe(
      Effect.onError((cause) => (worker.hired ? Deferred.failCause(broken, cause) : Effect.void)),
      Effect.interruptible,
      // Nobody's child: no parent may have to wait for work that cannot be interrupted.
      Effect.forkDaemon,
      Effect.map((fiber) => void workers.set(worker, fiber))
    )
  })

const dismiss = <A>(fiber: Fiber.RuntimeFiber<A> | undefined): Effect.Effect<void> =>
  fiber === undefined ? Effect.void : Effect.zipRight(Fiber.interruptFork(fiber), awaitBounded(fiber))

/** Gives up a fiber, for which nobody waits: perhaps it cannot be interrupted. */
const abandon = <A>(fiber: Fiber.RuntimeFiber<A> | undefined) => Effect.forkDaemon(dismiss(fiber))

/** Puts another in the place of one who is late. Uninterruptible, because the lane is nobody's in between. */
const relieve = <V, A, B, R>(crew: Crew<V, A, B, R>, worker: Worker<V>, fiber: Fiber.RuntimeFiber<void>) =>
  Effect.suspend(() => {
    const { lane } = worker
    worker.hired = false
    worker.lane = undefined
    crew.workers.delete(worker)
    return Effect.zipRight(hire(crew, lane), abandon(fiber))
  }).pipe(Effect.uninterruptible)

/** Whoever holds a lane that is forgotten is given up with it. */
const relieveForgotten = <V, A, B, R>(crew: Crew<V, A, B, R>): Effect.Effect<void, never, R> =>
  Effect.suspend(() => {
    const workers = [...crew.workers].filter(([{ lane }]) => lane?.group.forgotten)
    const rescuers = crew.rescuers.all.filter(([{ lane }]) => lane?.group.forgotten)
    for (const [worker] of [...workers, ...rescuers]) {
      crew.shop.unsettled.settled(worker.lane?.group.name ?? "")
      worker.lane = undefined
    }
    return Effect.zipRight(
      Effect.forEach(workers, ([worker, fiber]) => relieve(crew, worker, fiber), { discard: true }),
      Effect.forEach(rescuers, ([, fiber]) => abandon(fiber), { discard: true })
    )
  })

/** Relieves whoever is late. Sleeps until the first may be, and without a timer once nobody works. */
const keepWatch = <V, A, B, R>(crew: Crew<V, A, B, R>, within: number): Effect.Effect<never, never, R> => {
  const working = () => [...crew.workers].filter(([{ lane }]) => lane !== undefined)
  const anyWorking = () => working().length > 0
  // Also when by now nobody works any more: who waits to be told again is told for each piece of work.
  const untilLate = Effect.suspend(() => {
    const now = monotonic(crew.clock)
    const first = Math.min(now, ...working().map(([{ since }]) => since))
    return Effect.sleep(Math.min(first + within - now, longestTimer))
  })
  const relieveLate = Effect.suspend(() => {
    const latest = monotonic(crew.clock) - within
    const late = working().filter(([{ since }]) => since <= latest)
    return Effect.forEach(late, ([worker, fiber]) => relieve(crew, worker, fiber), { discard: true })
  })
  return Effect.forever(Effect.zipRight(crew.taken.until(anyWorking), Effect.zipRight(untilLate, relieveLate)))
}

/** All are let go at once; what one holds who cannot be interrupted is given back for it. */
const close = <V, A, B, R>(crew: Crew<V, A, B, R>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { rescuers, shop, workers } = crew
    rescuers.close()
    const all = [...workers, ...rescuers.all]
    for (const [worker] of all) worker.hired = false
    return Effect.forEach(
      all,
      ([worker, fiber]) =>
        Effect.ensuring(
          dismiss(fiber),
          Effect.sync(() => shop.bench.leave(worker))
        ),
      inParallel
    )
  })

/** `concurrency` fibers that work, one that keeps the time, and one that knows who is late, until they are interrupted. */
export const work = <V, A, B, R>(
  shop: Shop<V, A, B>,
  job: Job<A, B, R>,
  { concurrency, deadline, perGroup = concurrency }: WorkOptions<A, B>
): Effect.Effect<never, never, R> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const broken = yield* Deferred.make<never>()
    const crew: Crew<V, A, B, R> = {
      shop,
      clock,
      job,
      deadline,
      workers: new Map(),
      rescuers: yield* Rescuers.make<V>(),
      taken: new Condition(),
      broken
    }
    const { lanes } = shop
    const context = yield* Effect.context<R>()
    const relief = Effect.provide(relieveForgotten(crew), context)
    const watch = deadline === undefined ? [] : [keepWatch(crew, Duration.toMillis(deadline.within))]
    const tend = crew.rescuers.tend((cause) => Deferred.failCause(broken, cause))
    return yield* Effect.acquireUseRelease(
      Effect.zipRight(
        Effect.sync(() => {
          lanes.admit(perGroup)
          shop.reliefs.add(relief)
        }),
        Effect.replicateEffect(hire(crew), concurrency, { discard: true })
      ),
      () =>
        // Not `Effect.all`: it adopts the children of what it runs, and a timeout waits in vain for a child that was
        // started between the interruption of its adopter and its own.
        Effect.forEach([keepTime(shop, clock), tend, ...watch], (task) =>
          Effect.forkScoped(Effect.onError(task, (cause) => Deferred.failCause(broken, cause)))
        ).pipe(Effect.zipRight(Deferred.await(broken)), Effect.scoped),
      () =>
        Effect.ensuring(
          close(crew),
          Effect.sync(() => {
            lanes.admit(-perGroup)
            shop.reliefs.delete(relief)
          })
        )
    )
  })
