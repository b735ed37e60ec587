import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as FiberMap from "effect/FiberMap"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Adapter } from "../adapter/Adapter.ts"
import type { AccessRule, Rule } from "../adapter/AccessRule.ts"
import type { Account, Credential } from "../adapter/Platform.ts"
import type { ResumeStore } from "../adapter/ResumeStore.ts"
import * as RetryPolicy from "../adapter/RetryPolicy.ts"
import type { Stability } from "../adapter/Stability.ts"
import { closeWithin } from "../adapter/Teardown.ts"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import { AccountId } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"
import * as Door from "./Access/Door.ts"
import type { GatewayConfig } from "./GatewayConfig.ts"
import { words } from "./Notices.ts"
import type { Ownership } from "./Ownership.ts"
import * as Tenure from "./Ownership/Tenure.ts"
import { KeyedMutex } from "./Accounts/KeyedMutex.ts"
import type { Passages } from "./Passages.ts"
import { type AccountStatus, type State, waitsForPerson } from "./Status.ts"
import * as Statuses from "./Statuses.ts"
import * as Supervisor from "./Supervisor.ts"
import type { Timeline } from "./Timeline.ts"
import type { Pulling } from "./Supervisor/Pulling.ts"

/** The gateway has no account of that name. */
export class UnknownAccount extends Schema.TaggedError<UnknownAccount>()("UnknownAccount", { account: AccountId }) {
  override get message(): string {
    return `there is no account ${this.account}`
  }
}

/** The accounts that a gateway sees to, each in a managed fiber of its own; nothing that happens to one reaches another. */
export interface Accounts {
  /** `anew`: an account that is known is taken up afresh too, as after a change of how it is opened. */
  readonly add: <R>(
    account: Account<R>,
    options?: { readonly anew?: boolean }
  ) => Effect.Effect<void, never, Stability | Exclude<R, Scope.Scope>>
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
  readonly maxAge: (account: AccountId) => Duration.Duration | undefined
  /** By which rule an event that was kept is not to be handled any more. */
  readonly denial: (event: Event) => Rule["_tag"] | undefined
  readonly doors: Effect.Effect<ReadonlyArray<Doorway>>
  readonly door: (account: AccountId) => Effect.Effect<Doorway, UnknownAccount>
}

/** The door of an account, and whether it is this process that sees to it now. */
export interface Doorway {
  readonly account: AccountId
  readonly door: Door.Door
  readonly ours: boolean
}

interface Seat {
  readonly account: AccountId
  readonly credential: Credential
  readonly supervisor: Supervisor.Supervisor
  readonly tenure: Tenure.Tenure
  readonly door: Door.Door
  maxAge: Duration.Duration | undefined
}

const doorway = ({ account, door, tenure }: Seat): Doorway => ({ account, door, ours: tenure.isHeld() })

const sameCredential = (one: Credential, other: Credential): boolean =>
  one.key === other.key && Equal.equals(one.secret, other.secret)

export const make = (options: {
  readonly config: GatewayConfig
  /** Keeps what one account hears. */
  readonly keep: (account: AccountId) => (events: ReadonlyArray<Event>) => Effect.Effect<unknown, StoreRefused>
  /** Why nothing that came of what an account heard, or was to say, can be settled, if nothing can. */
  readonly unsettled: (account: AccountId) => StoreRefused | undefined
  /** Keeps the gateway's own answer to what an account heard. */
  readonly answer: Door.DoorOptions["answer"]
  readonly pulling: Pulling
  readonly passages: Passages
  readonly ownership: Context.Tag.Service<Ownership>
  readonly timeline: Context.Tag.Service<Timeline>
  /** An account has just come to life. */
  readonly connected: (account: AccountId) => Effect.Effect<void>
}): Effect.Effect<Accounts, never, ResumeStore | Scope.Scope> =>
  Effect.gen(function* () {
    const { config, timeline } = options
    const stores = yield* Effect.context<ResumeStore>()
    const [reschedule, probe] = [RetryPolicy.schedule(config.reschedule), RetryPolicy.schedule(config.probe)]
    const seats = new Map<AccountId, Seat>()
    const statuses = yield* Statuses.make
    const fibers = yield* FiberMap.make<AccountId>()

    const { alone } = new KeyedMutex<AccountId>()

    const within = <Tag extends "Connecting" | "Stopping">(_tag: Tag, within: Duration.DurationInput) =>
      Effect.map(Clock.currentTimeMillis, (now) => ({ _tag, until: now + Duration.toMillis(within) }))
    const closing = Duration.times(closeWithin, 2)
    const connecting = within("Connecting", Duration.sum(closing, config.openWithin))

    /** Lets go of what runs, if anything does, and says meanwhile what it is for. */
    const release = ({ account, supervisor }: Seat, meanwhile: Effect.Effect<State>) =>
      Effect.zipRight(Effect.flatMap(meanwhile, supervisor.decide), FiberMap.remove(fibers, account))
    // a taken key would interrupt the old fiber without waiting for it
    const start = (seat: Seat) =>
      Effect.zipRight(release(seat, connecting), FiberMap.run(fibers, seat.account, seat.supervisor.run))
    const halt = (seat: Seat, then: State) =>
      Effect.zipRight(release(seat, within("Stopping", closing)), seat.supervisor.decide(then))

    /** What an operator paused stays so, whichever process has it next. */
    const unlessPaused = (seat: () => Seat) =>
      Effect.flatMap(timeline.foundPaused(seat().account), (paused) =>
        paused
          ? Effect.logInfo(`it stays paused, as an operator left it: holdfast resume ${seat().account}`).pipe(
              Effect.zipRight(seat().supervisor.decide({ _tag: "Paused" })),
              Effect.zipRight(Effect.never)
            )
          : Effect.void
      )

    /** What an account leaves to the next owner is complete only when its adapter is closed. */
    const stop = (seat: Seat, stopped: State) => Effect.zipRight(halt(seat, stopped), seat.tenure.end)

    const known = (account: AccountId): Effect.Effect<Seat, UnknownAccount> =>
      Effect.suspend(() => {
        const seat = seats.get(account)
        return seat === undefined ? Effect.fail(new UnknownAccount({ account })) : Effect.succeed(seat)
      })
    const command = (act: (seat: Seat) => Effect.Effect<unknown>) => (account: AccountId) =>
      Effect.asVoid(alone(account)(Effect.flatMap(known(account), act)))

    const doorOf = (account: AccountId, rule: AccessRule) =>
      Door.make(
        {
          account,
          notices: config.notices ?? words.en,
          keep: options.keep(account),
          passages: options.passages,
          answer: options.answer,
          formerly: (conversation) => seats.get(account)?.supervisor.adapter()?.formerly?.(conversation)
        },
        rule
      ).pipe(Effect.provide(stores))

    const add: Accounts["add"] = (account, { anew = false } = {}) =>
      Effect.gen(function* () {
        const { access, credential, id, maxAge } = account
        const before = seats.get(id)
        const door = before?.door ?? (yield* doorOf(id, access))
        if (before !== undefined) before.maxAge = maxAge
        yield* door.obey(access)
        if (before !== undefined && !anew && sameCredential(before.credential, credential)) return
        const previous = before === undefined ? undefined : yield* before.supervisor.status
        if (before !== undefined) yield* Effect.zipRight(release(before, connecting), before.tenure.end)
        const tenure = Tenure.make(options.ownership.own({ id, credential }))
        const supervisor = yield* Supervisor.make(account, {
          config,
          reschedule,
          probe,
          keep: door.enter,
          unsettled: options.unsettled,
          publish: (status) => Effect.zipRight(timeline.record(status), statuses.publish(status)),
          pulling: options.pulling,
          connected: options.connected(id),
          lease: Effect.zipLeft(
            Effect.tap(tenure.lease, door.pairing.load),
            Effect.suspend(() => unlessPaused(() => seat))
          ),
          ...(previous === undefined ? undefined : { previous })
        })
        const seat: Seat = { account: id, credential, door, maxAge, supervisor, tenure }
        seats.set(id, seat)
        yield* previous?.state._tag === "Paused" ? supervisor.decide({ _tag: "Paused" }) : start(seat)
      }).pipe(alone(account.id))

    return {
      add,
      remove: command((seat) =>
        stop(seat, { _tag: "Stopped", removed: true }).pipe(
          Effect.tap(() => Effect.sync(() => seats.delete(seat.account))),
          Effect.zipRight(timeline.forget(seat.account)),
          Effect.zipRight(statuses.forget(seat.account))
        )
      ),
      // who is told that it pauses may end the process at once
      pause: command((seat) => Effect.zipLeft(halt(seat, { _tag: "Paused" }), timeline.written)),
      resume: command((seat) =>
        Effect.flatMap(seat.supervisor.status, ({ state }) => (waitsForPerson(state) ? start(seat) : Effect.void))
      ),
      restart: command(start),
      stop: Effect.suspend(() =>
        Effect.forEach([...seats.values()], (seat) => alone(seat.account)(stop(seat, { _tag: "Stopped" })), {
          concurrency: "unbounded",
          discard: true
        })
      ),
      statuses: Effect.suspend(() => Effect.forEach([...seats.values()], (seat) => seat.supervisor.status)),
      status: (account) => Effect.flatMap(known(account), (seat) => seat.supervisor.status),
      changes: statuses.changes,
      adapter: (account) => seats.get(account)?.supervisor.adapter(),
      capabilities: (account) => seats.get(account)?.supervisor.capabilities(),
      maxAge: (account) => seats.get(account)?.maxAge,
      denial: (event) => seats.get(event.conversation.account)?.door.denial(event),
      doors: Effect.sync(() => Array.from(seats.values(), doorway)),
      door: (account) => Effect.map(known(account), doorway)
    }
  })
