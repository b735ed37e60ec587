import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Scope from "effect/Scope"
import type { Adapter } from "../adapter/Adapter.ts"
import type { AdapterFatal } from "../adapter/AdapterError.ts"
import type { Account } from "../adapter/Platform.ts"
import type { Signal } from "../adapter/Signal.ts"
import { flappingDelay, Stability } from "../adapter/Stability.ts"
import { awaitBounded, closeDetached } from "../adapter/Teardown.ts"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import type { Event } from "../domain/Event.ts"
import * as Lines from "./Metrics/Lines.ts"
import * as Status from "./Status.ts"
import * as StatusLine from "./StatusLine.ts"
import * as Delays from "./Supervisor/Delays.ts"
import * as Ear from "./Supervisor/Ear.ts"
import * as Fatal from "./Supervisor/Fatal.ts"
import * as Opening from "./Supervisor/Opening.ts"
import type { SupervisorOptions } from "./Supervisor/Options.ts"
import { Patience } from "./Supervisor/Patience.ts"
import * as Proof from "./Supervisor/Proof.ts"
import { untilKept } from "./Supervisor/UntilKept.ts"
import { untilOwned } from "./Supervisor/UntilOwned.ts"
import { Voice } from "./Supervisor/Voice.ts"

/** Sees to one account: runs its adapters one after the other, and tells the truth about it. */
export interface Supervisor {
  /** Never ends by itself; when interrupted it returns within the teardown's bound. */
  readonly run: Effect.Effect<never>
  readonly status: Effect.Effect<Status.AccountStatus>
  /** Records what a person, or the end of the gateway, decided. */
  readonly decide: (state: Status.State) => Effect.Effect<void>
  /** The live adapter; none between two of them. */
  readonly adapter: () => Adapter | undefined
  /** The newest adapter's, for as long as the account is known. */
  readonly capabilities: () => Adapter["capabilities"] | undefined
}

export const make = <R>(
  account: Account<R>,
  options: SupervisorOptions
): Effect.Effect<Supervisor, never, Stability | Exclude<R, Scope.Scope>> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<Exclude<R, Scope.Scope>>()
    const { config } = options
    const stability = yield* Effect.flatMap(Stability, (all) => all.of(account.id))
    const delays = yield* Delays.make(options)
    const [patience, voice] = [new Patience(), new Voice()]

    let status = options.previous ?? Status.initial(account.id, yield* Clock.currentTimeMillis)
    let live: Adapter | undefined
    let known: Adapter["capabilities"] | undefined = account.capabilities
    let closing: Fiber.Fiber<void> | undefined
    /** the generation that is believed; none between two adapters, and none after a person's decision */
    let believed: number | undefined
    /** what it was before our store refused, the last time that it did */
    let heldFrom: Status.AccountStatus | undefined
    /** all that was heard is kept, and more has not been asked for yet */
    let kept = false

    const become = (change: (status: Status.AccountStatus, now: number) => Status.AccountStatus) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        status = change(status, now)
        return options.publish(status)
      })

    const named = Effect.annotateLogs({ account: account.id })
    const say = (log: typeof Effect.logWarning) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => log(StatusLine.down(status, now)))

    /** A connection that has lasted makes the budgets whole again; it says so with its next sign of life, or at its end. */
    const lasted = Effect.suspend(() =>
      Effect.all([delays.reset, become(Status.stable), voice.lasted(status)], { discard: true })
    )
    const proof = Proof.make(stability, config.stableAfter, lasted)

    const heard = (signal: Exclude<Signal, { readonly _tag: "Received" }>): Effect.Effect<void> => {
      switch (signal._tag) {
        case "Alive":
          return Effect.void
        case "Connecting":
          return become((status, now) => Status.connecting(status, signal, now))
        case "Connected":
          return Effect.gen(function* () {
            yield* proof.begin
            yield* Metric.increment(Lines.connections.of(account.id, String(signal.resumed)))
            const before = status
            yield* become((status, now) => Status.connected(status, signal, now))
            yield* voice.found(before, status, signal.resumed)
            yield* options.connected
          })
        case "Disconnected":
          return Effect.gen(function* () {
            yield* proof.lose(signal.cause.reason === "Held")
            yield* Metric.increment(Lines.disconnections.of(account.id, signal.cause.reason))
            yield* become((status, now) => Status.disconnected(status, signal, now))
            yield* voice.lost(status, Effect.logWarning)
          })
      }
    }

    /** Asks the store again and again, and says so meanwhile. */
    const hold = (keeping: Effect.Effect<unknown, StoreRefused>, first: StoreRefused) =>
      Effect.gen(function* () {
        const before = status
        heldFrom = before
        yield* untilKept(keeping, first, (refused, delay) =>
          Effect.zipRight(
            become((status, now) => Status.held(status, refused.message, now, now + Duration.toMillis(delay))),
            refused === first ? say(Effect.logError) : Effect.void
          )
        )
        yield* Effect.logInfo("our store takes what it hears again")
        yield* become((held, now) => Status.released(held, before, now))
      })

    const keep = (events: ReadonlyArray<Event>): Effect.Effect<unknown> =>
      Effect.catchTag(options.keep(events), "StoreRefused", (refused) => hold(options.keep(events), refused))

    const wait = patience.theirs(() => status)

    /** Whether more is to be asked for; it is not while nothing can be made of what is kept already. */
    const more: Effect.Effect<boolean> = Effect.suspend(() => {
      const refused = options.unsettled(account.id)
      if (refused !== undefined)
        return Effect.zipRight(
          hold(
            Effect.suspend(() => options.unsettled(account.id) ?? Effect.void),
            refused
          ),
          more
        )
      kept = true
      return Effect.flatMap(options.pulling.next, (more) => {
        if (!more) return Effect.succeed(false)
        kept = false
        return Effect.as(wait, true)
      })
    })

    /** One chunk from the stream is one commit, and the next is not asked for before it is kept. */
    const hear = (generation: number) => (signals: Chunk.Chunk<Signal>) =>
      Effect.clockWith((clock) => {
        const now = clock.unsafeCurrentTimeMillis()
        // it must not pull again either: a pull is an acknowledgement
        if (generation !== believed)
          return Effect.zipRight(Metric.incrementBy(Lines.stale.of(), signals.length), Effect.interrupt)
        const events: Array<Event> = []
        const news: Array<Effect.Effect<void>> = []
        let lives = false
        patience.ours()
        for (const signal of Chunk.toReadonlyArray(signals)) {
          lives ||= signal._tag === "Received" || signal._tag === "Alive"
          if (signal._tag === "Received") events.push(signal.event)
          else if (signal._tag !== "Alive") news.push(heard(signal))
        }
        // only after the news: a gap ends with the session's own word, not with the first sign of life on its line
        const live = Effect.suspend(() => {
          if (!lives || status.state._tag === "Connecting") return Effect.void
          if (status.state._tag === "Held") return become(() => ({ ...(heldFrom ?? status), lastLife: now }))
          status = { ...status, lastLife: now }
          return proof.prove
        })
        const lived = news.length === 0 ? live : Effect.zipRight(Effect.all(news, { discard: true }), live)
        return Effect.zipRight(events.length === 0 ? lived : Effect.zipRight(lived, keep(events)), more)
      })

    const listen = (scope: Scope.Scope, generation: number) =>
      Opening.open(account, scope, config.openWithin).pipe(
        Effect.tap((adapter) =>
          Effect.sync(() => {
            if (generation !== believed) return
            live = adapter
            known = adapter.capabilities
          })
        ),
        Effect.flatMap((adapter) => Ear.hearWhile(adapter.listen, hear(generation))),
        Effect.provide(context)
      )

    /** What follows is on record before the first finaliser of the old adapter is asked to run (F16). */
    const record = (fatal: AdapterFatal) =>
      Effect.gen(function* () {
        live = undefined
        believed = undefined
        // whoever says when it is worth trying again has not failed by itself
        yield* proof.lose(fatal.retryAfter !== undefined)
        yield* Metric.increment(Lines.failures.of(account.id, fatal.reason))
        const flapping = yield* stability.flapping
        const delay = yield* delays.after(fatal, flapping)
        const until = (now: number) => now + Duration.toMillis(delay)
        yield* become((status, now) => Status.fatal(status, fatal, now, until(now), flapping))
        yield* voice.lost(status, fatal.retryable ? Effect.logWarning : Effect.logError, fatal.reason)
        return delay
      })

    /** We took no more, which is no failure of the adapter's. */
    const ended = (exit: Exit.Exit<void, AdapterFatal>) => Exit.isSuccess(exit) && options.pulling.over

    /** The last adapter is gone, or has been left behind. */
    const closed = Effect.suspend(() =>
      closing === undefined
        ? Effect.void
        : Effect.map(awaitBounded(closing), () => {
            closing = undefined
          })
    )

    /** Nobody is connected as somebody else's account. */
    const owned = untilOwned(options.lease, (why, until, first) =>
      Effect.zipRight(
        become((status, now) => Status.unowned(status, why, now, until)),
        first ? say(Effect.logWarning) : Effect.void
      )
    )

    const supervise = Effect.gen(function* () {
      yield* closed
      const lease = yield* owned
      yield* become((status, now) => Status.opening(status, now, now + Duration.toMillis(config.openWithin)))
      const { generation } = status
      believed = generation
      kept = false
      yield* wait
      const delay = yield* Effect.acquireUseRelease(
        Effect.flatMap(Scope.make(), (scope) =>
          Effect.map(Ear.open(listen(scope, generation)), (ear) => ({ scope, ear }))
        ),
        ({ ear }) =>
          Ear.endOf(account.id, ear, patience).pipe(
            Effect.flatMap((exit) => (ended(exit) ? Effect.never : record(Fatal.ofExit(account.id, exit)))),
            Ear.unless(lease, (lost) =>
              lost.taken
                ? record(Fatal.taken(account.id, lost))
                : Effect.gen(function* () {
                    live = undefined
                    believed = undefined
                    yield* proof.lose(true)
                    yield* become((status, now) => Status.held(status, lost.cause, now, now))
                    yield* voice.lost(status, Effect.logWarning, "Lost")
                    // our store is asked again at once whose it is
                    return Duration.zero
                  })
            ),
            // who has kept everything ends by itself, so that the platform learns how far it was kept
            Effect.onInterrupt(() => Ear.close(ear, kept && options.pulling.over))
          ),
        ({ ear, scope }, exit) =>
          Effect.map(Effect.zipRight(Fiber.interruptFork(ear), closeDetached(scope, exit)), (fiber) => {
            live = undefined
            closing = fiber
          })
      )
      yield* Effect.sleep(delay)
    })

    const run = supervise.pipe(
      Effect.catchAllDefect((defect) =>
        Effect.gen(function* () {
          const failure = Fatal.ofExit(account.id, Exit.die(defect))
          const until = (now: number) => now + Duration.toMillis(flappingDelay)
          yield* become((status, now) => Status.fatal(status, failure, now, until(now), status.flapping))
          // perhaps it was the logger that failed
          yield* Effect.catchAllCause(
            Effect.logError("the supervisor itself failed; it goes on in 30 s", defect),
            () => Effect.void
          )
          yield* Effect.sleep(flappingDelay)
        })
      ),
      Effect.forever,
      Effect.onInterrupt(() => closed),
      named
    )

    return {
      run,
      status: Effect.map(Clock.currentTimeMillis, (now) => Status.asOf(status, now)),
      decide: (state) =>
        Effect.suspend(() => {
          believed = undefined
          // who decides something is owed a quick answer, however long it was parked before
          const decide = become((status, now) => Status.decided(status, state, now))
          return Effect.zipRight(delays.resetProbe, decide)
        }).pipe(Effect.zipRight(Effect.suspend(() => voice.decided(status))), named),
      adapter: () => live,
      capabilities: () => known
    }
  })
