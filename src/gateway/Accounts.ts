import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as FiberMap from "effect/FiberMap"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Adapter } from "../adapter/Adapter.ts"
import type { Account, Credential } from "../adapter/Platform.ts"
import type { Stability } from "../adapter/Stability.ts"
import { closeWithin } from "../adapter/Teardown.ts"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import { AccountId } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"
import * as Access from "./Access.ts"
import type { GatewayConfig } from "./GatewayConfig.ts"
import type { AccountStatus, State } from "./Status.ts"
import * as Statuses from "./Statuses.ts"
import * as Supervisor from "./Supervisor.ts"

/** The gateway has no account of that name. */
export class UnknownAccount extends Schema.TaggedError<UnknownAccount>()("UnknownAccount", { account: AccountId }) {
  override get message(): string {
    return `there is no account ${this.account}`
  }
}

/** The accounts that a gateway sees to, each in a managed fiber of its own; nothing that happens to one reaches another. */
export interface Accounts {
  readonly add: <R>(account: Account<R>) => Effect.Effect<void, never, Stability | Exclude<R, Scope.Scope>>
  readonly remove: (account: AccountId) => Effect.Effect<void, UnknownAccount>
  readonly pause: (account: AccountId) => Effect.Effect<void, UnknownAccount>
  readonly resume: (account: AccountId) => Effect.Effect<void, UnknownAccount>
  readonly restart: (account: AccountId) => Effect.Effect<void, UnknownAccount>
  readonly stop: Effect.Effect<void>
  readonly statuses: Effect.Effect<ReadonlyArray<AccountStatus>>
  readonly status: (account: AccountId) => Effect.Effect<AccountStatus, UnknownAccount>
  readonly changes: Statuses.Statuses["changes"]
  readonly adapter: (account: AccountId) => Adapter | undefined
  readonly capabilities: (account: AccountId) => Adapter["capabilities"] | undefined
}

interface Seat {
  readonly credential: Credential
  readonly supervisor: Supervisor.Supervisor
  /** one command at a time */
  readonly mutex: Effect.Semaphore
}

export const make = (options: {
  readonly config: GatewayConfig
  readonly keep: (events: ReadonlyArray<Event>) => Effect.Effect<void, StoreRefused>
  /** Waits while nothing may be pulled. */
  readonly pulling: Effect.Effect<void>
  /** An account has just come to life. */
  readonly connected: (account: AccountId) => Effect.Effect<void>
}): Effect.Effect<Accounts, never, Scope.Scope> =>
  Effect.gen(function* () {
    const seats = new Map<AccountId, Seat>()
    const statuses = yield* Statuses.make
    const fibers = yield* FiberMap.make<AccountId>()

    const stopping = Effect.map(Clock.currentTimeMillis, (now): State => ({
      _tag: "Stopping",
      until: now + 2 * Duration.toMillis(closeWithin)
    }))
    const start = (account: AccountId, { supervisor }: Seat) => FiberMap.run(fibers, account, supervisor.run)
    // a taken key would interrupt the old fiber without waiting for it
    const halt = (account: AccountId, { supervisor }: Seat, then: State) =>
      Effect.flatMap(stopping, supervisor.decide).pipe(
        Effect.zipRight(FiberMap.remove(fibers, account)),
        Effect.zipRight(supervisor.decide(then))
      )

    const command =
      (act: (account: AccountId, seat: Seat) => Effect.Effect<unknown>) =>
      (account: AccountId): Effect.Effect<void, UnknownAccount> =>
        Effect.suspend(() => {
          const seat = seats.get(account)
          return seat === undefined
            ? Effect.fail(new UnknownAccount({ account }))
            : Effect.asVoid(seat.mutex.withPermits(1)(Effect.uninterruptible(act(account, seat))))
        })

    const restart = command((account, seat) =>
      Effect.zipRight(halt(account, seat, { _tag: "Stopped" }), start(account, seat))
    )

    const keepFor = <R>(account: Account<R>): Effect.Effect<Supervisor.SupervisorOptions["keep"]> =>
      Effect.sync(() => {
        let told = false
        return (events) => {
          const allowed = events.filter((event) => Access.allows(account.access, event))
          const kept = allowed.length === 0 ? Effect.void : options.keep(allowed)
          if (told || account.access._tag !== "Closed" || allowed.length === events.length) return kept
          told = true
          return Effect.zipRight(Effect.logWarning(`it answers nobody: ${account.access.remedy}`), kept)
        }
      })

    const seat = <R>(account: Account<R>, previous: AccountStatus | undefined) =>
      Effect.gen(function* () {
        const supervisor = yield* Supervisor.make(account, {
          config: options.config,
          keep: yield* keepFor(account),
          publish: statuses.publish,
          pulling: options.pulling,
          connected: options.connected(account.id),
          ...(previous === undefined ? undefined : { previous })
        })
        const taken: Seat = { credential: account.credential, supervisor, mutex: yield* Effect.makeSemaphore(1) }
        seats.set(account.id, taken)
        yield* start(account.id, taken)
      })

    const add: Accounts["add"] = (account) =>
      Effect.gen(function* () {
        const known = seats.get(account.id)
        if (known === undefined) return yield* seat(account, undefined)
        const same =
          known.credential.key === account.credential.key &&
          Equal.equals(known.credential.secret, account.credential.secret)
        if (same) return
        yield* known.mutex.withPermits(1)(halt(account.id, known, { _tag: "Stopped" }))
        yield* seat(account, yield* known.supervisor.status)
      })

    return {
      add,
      remove: command((account, seat) =>
        halt(account, seat, { _tag: "Stopped" }).pipe(
          Effect.tap(() => Effect.sync(() => seats.delete(account))),
          Effect.zipRight(statuses.forget(account))
        )
      ),
      pause: command((account, seat) => halt(account, seat, { _tag: "Paused" })),
      resume: command((account, seat) =>
        Effect.flatMap(seat.supervisor.status, ({ state }) =>
          state._tag === "Paused" || state._tag === "Stopped" ? start(account, seat) : Effect.void
        )
      ),
      restart,
      stop: Effect.forEach(seats, ([account, seat]) => halt(account, seat, { _tag: "Stopped" }), {
        concurrency: "unbounded",
        discard: true
      }),
      statuses: Effect.suspend(() => Effect.forEach([...seats.values()], (seat) => seat.supervisor.status)),
      status: (account) =>
        Effect.suspend(() => {
          const seat = seats.get(account)
          return seat === undefined ? Effect.fail(new UnknownAccount({ account })) : seat.supervisor.status
        }),
      changes: statuses.changes,
      adapter: (account) => seats.get(account)?.supervisor.adapter(),
      capabilities: (account) => seats.get(account)?.supervisor.capabilities()
    }
  })
