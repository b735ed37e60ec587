import { Socket } from "@effect/platform"
import { expect, it } from "@effect/vitest"
import {
  Clock,
  Context,
  Duration,
  Effect,
  Layer,
  Logger,
  Option,
  Random,
  Redacted,
  type Scope,
  Stream,
  Supervisor
} from "effect"
import type { Adapter } from "../../src/adapter/Adapter.ts"
import type { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import { closeWithin } from "../../src/adapter/Teardown.ts"
import { listening, rescheduling } from "../../src/adapter/RetryPolicy.ts"
import type { Fault } from "../../src/adapter/Simulator.ts"
import { Webhooks } from "../../src/adapter/Webhooks.ts"
import type { AccountId } from "../../src/domain/Address.ts"
import { Gateway, type GatewayOptions } from "../../src/gateway/Gateway.ts"
import { type AccountStatus, overdue } from "../../src/gateway/Status.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as Ed25519 from "../../src/node/Ed25519.ts"
import type * as Node from "../../src/node/index.ts"
import * as QQ from "../../src/platforms/qq/Adapter.ts"
import * as Simulator from "../../src/platforms/qq/Simulator.ts"
import { JumpingClock } from "../../src/testing/JumpingClock.ts"
import * as MemoryNetwork from "../../src/testing/MemoryNetwork.ts"

type Network = Node.Machine
type QQAccount = Account<QQ.Requirements>
type Faults = ReadonlyArray<Fault | Simulator.QQFault>

export interface SceneOptions {
  readonly simulator?: Partial<Simulator.QQSimulatorOptions>
  /** beside the one bot of the simulator, which is `qq:main` unless told otherwise */
  readonly accounts?: ReadonlyArray<Partial<QQ.QQConfig>>
  /** what is already wrong when the gateway starts */
  readonly faults?: Faults
  readonly config?: GatewayOptions<never, never>["config"]
  /** what an adapter is made to do beyond what QQ's does */
  readonly adapter?: (account: QQAccount) => QQAccount
  /** WebSockets as browsers have them, which cannot ping */
  readonly pings?: boolean
  /** how often the auditor compares what is said with what is so; each second unless the story is long */
  readonly audit?: Duration.DurationInput
}

/** An `AdapterFatal` as the gateway got it. */
export interface Surfaced {
  readonly at: number
  readonly account: AccountId
  readonly fatal: AdapterFatal
}

export interface Scene {
  readonly simulator: Simulator.QQSimulator
  readonly gateway: Context.Tag.Service<Gateway>
  readonly clock: JumpingClock
  readonly fatals: ReadonlyArray<Surfaced>
  /** the account that most stories are about */
  readonly main: AccountId
  readonly account: (config?: Partial<QQ.QQConfig>) => QQAccount
  readonly add: (account: QQAccount) => Effect.Effect<void>
  readonly status: (account?: AccountId) => Effect.Effect<AccountStatus>
  /** The first status that holds, waited for no longer than `within` by the clock of the story. */
  readonly until: (
    holds: (status: AccountStatus) => boolean,
    within?: Duration.DurationInput,
    account?: AccountId
  ) => Effect.Effect<AccountStatus>
  readonly connected: (within?: Duration.DurationInput, account?: AccountId) => Effect.Effect<AccountStatus>
  readonly down: (within?: Duration.DurationInput, account?: AccountId) => Effect.Effect<AccountStatus>
  /** Fails with what is wrong, and cuts the lines that stand, as an outage does. */
  readonly outage: (...faults: Faults) => Effect.Effect<void>
  /** Whatever was wrong is over: connected within the step in flight, the longest delay and a handshake. */
  readonly recovers: (account?: AccountId) => Effect.Effect<AccountStatus>
  /** Somebody says something and is answered, once. */
  readonly converses: (text: string, bot?: string) => Effect.Effect<void>
  readonly fibers: Effect.Effect<number>
}

const epoch = Date.UTC(2026, 0, 1)

const quarter = Duration.minutes(15)

/**
 * Fewer tries, for stories of many days: what a try costs is the same each time, and what is promised about the end of an
 * outage follows from the longest delay, not from the outage.
 */
export const seldom: SceneOptions = {
  audit: "10 minutes",
  accounts: [{ listen: { retry: { ...listening, attempts: 2 } } }],
  config: { reschedule: { ...rescheduling, base: quarter, cap: quarter, floor: quarter } }
}

/** The step in flight, the longest delay, and a handshake with a wait for the next identify in it. */
const promised = ({ config }: SceneOptions): Duration.Duration =>
  Duration.sum(Duration.seconds(20 + 6), (config?.reschedule ?? rescheduling).cap)

/** The longest that status may go on saying `Connected` with no line behind it. */
const believed = { pings: 25, beats: 45 + 10 }

export const bot = (name: string, appId: string): Simulator.SimulatedBot => ({
  appId,
  secret: Redacted.make(`secret of ${name}`),
  id: `1140000${appId}`,
  name
})

const withoutPings = (network: Context.Context<Network>): Context.Context<Network> => {
  const construct = Context.get(network, Socket.WebSocketConstructor)
  return Context.add(network, Socket.WebSocketConstructor, (url, protocols) =>
    Object.defineProperty(construct(url, protocols), "ping", { value: undefined })
  )
}

const hearing = (account: QQAccount, listen: (adapter: Adapter) => Adapter["listen"]): QQAccount => ({
  ...account,
  open: Effect.map(account.open, (adapter) => ({ ...adapter, listen: listen(adapter) }))
})

/** A gateway, a QQ platform, and the network between them, in memory and on one clock. */
export const scene = (options: SceneOptions): Effect.Effect<Scene, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* JumpingClock.make(epoch)
    return yield* Effect.withClock(stage(clock, options), clock)
  })

const stage = (clock: JumpingClock, options: SceneOptions): Effect.Effect<Scene, never, Scope.Scope> =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make(options.simulator)
    for (const fault of options.faults ?? []) yield* simulator.fault(fault)
    const [known = Simulator.defaultBot] = simulator.options.bots
    const hosts = MemoryNetwork.layer({ "bots.qq.com": simulator, "api.sgroup.qq.com": simulator })
    const wire = yield* Layer.build(Layer.mergeAll(hosts, Webhooks.layerNone, Ed25519.layer))
    const network = options.pings === false ? withoutPings(wire) : wire

    const fatals: Array<Surfaced> = []
    const observed = (account: QQAccount): QQAccount =>
      hearing(account, ({ account, listen }) =>
        Stream.tapError(listen, (fatal) =>
          Effect.map(Clock.currentTimeMillis, (at) => void fatals.push({ at, account, fatal }))
        )
      )
    const account = (config: Partial<QQ.QQConfig> = {}): QQAccount =>
      observed(
        (options.adapter ?? ((same) => same))(
          QQ.platform.account({
            name: "main",
            appId: known.appId,
            clientSecret: known.secret,
            access: { _tag: "Open" },
            ...config
          })
        )
      )
    const accounts = (options.accounts ?? [{}]).map(account)
    const [first = account()] = accounts
    const main = first.id

    const supervisor = yield* Supervisor.track
    const stores = yield* Layer.build(
      Gateway.layerMemory({ accounts, handler: Echo.handler, ...extras(options) })
    ).pipe(Effect.provide(network), Effect.supervised(supervisor))
    const gateway = Context.get(stores, Gateway)

    const status = (account = main) => Effect.orDie(gateway.status(account))
    const until: Scene["until"] = (holds, within = "1 hour", account = main) =>
      gateway.changes.pipe(
        Stream.filter((status) => status.account === account && holds(status)),
        Stream.runHead,
        Effect.map(Option.getOrThrow),
        Effect.timeoutOption(within),
        Effect.flatMap(
          Option.match({
            onSome: Effect.succeed,
            onNone: () =>
              Effect.flatMap(status(account), (was) =>
                Effect.dieMessage(`not within ${Duration.format(Duration.decode(within))}: ${JSON.stringify(was)}`)
              )
          })
        )
      )
    const connected: Scene["connected"] = (within, account) =>
      until(({ state }) => state._tag === "Connected", within, account)
    const down: Scene["down"] = (within, account) => until(({ state }) => state._tag !== "Connected", within, account)

    const converses: Scene["converses"] = (text, bot) =>
      Effect.gen(function* () {
        const asked = yield* simulator.hear({ conversation: "c2c:7C0E5A9D", text, ...(bot && { account: bot }) })
        yield* Effect.sleep("10 seconds")
        const answers = (yield* simulator.said).filter(({ replyTo }) => replyTo === asked)
        expect(answers.map(({ text }) => text)).toEqual(bot ? [text] : simulator.options.bots.map(() => text))
      })

    yield* audit(options, simulator, gateway)
    return {
      simulator,
      gateway,
      clock,
      fatals,
      main,
      account,
      add: (account) => Effect.provide(gateway.add(account), stores).pipe(Effect.provide(network)),
      status,
      until,
      connected,
      down,
      outage: (...faults) => Effect.zipRight(Effect.forEach(faults, simulator.fault), simulator.fault({ _tag: "Cut" })),
      recovers: (account) => Effect.zipRight(simulator.heal, connected(promised(options), account)),
      converses,
      fibers: Effect.map(supervisor.value, (fibers) => fibers.length)
    }
  })

const extras = ({ config }: SceneOptions) => (config === undefined ? undefined : { config })

/**
 * Compares what is said with what is so: nobody is told `Connected` for longer than it takes to find out that no line is
 * behind it, and whatever a person did not decide has a due time that is not over.
 */
const audit = (
  { audit = "1 second", pings = true }: SceneOptions,
  simulator: Simulator.QQSimulator,
  gateway: Context.Tag.Service<Gateway>
) =>
  Effect.gen(function* () {
    const bound = (pings ? believed.pings : believed.beats) * 1000 + 1000
    let soundAt = yield* Clock.currentTimeNanos
    const look = Effect.gen(function* () {
      const statuses = yield* gateway.statuses
      const lines = (yield* simulator.connections).filter(({ state }) => state === "ready").length
      const [now, nanos] = [yield* Clock.currentTimeMillis, yield* Clock.currentTimeNanos]
      if (statuses.filter(({ state }) => state._tag === "Connected").length <= lines) soundAt = nanos
      if (nanos - soundAt > BigInt(bound) * 1_000_000n) {
        yield* Effect.dieMessage(`said to be connected with no line behind it: ${JSON.stringify(statuses)}`)
      }
      if (lines > statuses.length) yield* Effect.dieMessage(`${lines} lines receive for ${statuses.length} accounts`)
      for (const status of statuses) {
        // a due time may be late by as long as an old line is given to close
        if (overdue(status, now, Duration.sum(closeWithin, Duration.seconds(1))))
          yield* Effect.dieMessage(`overdue: ${JSON.stringify(status)}`)
      }
    })
    const auditor = yield* look.pipe(Effect.delay(audit), Effect.forever, Effect.forkScoped)
    // a finaliser that dies fails the story
    yield* Effect.addFinalizer(() =>
      Effect.flatMap(auditor.poll, (exit) => Option.getOrElse(exit, () => Effect.void)).pipe(Effect.orDie)
    )
  })

/** Plays a story to its end, from a seed that is its title. */
export const story = (
  title: string,
  options: SceneOptions,
  play: (scene: Scene) => Effect.Effect<unknown, unknown, Scope.Scope>
) =>
  it.scopedLive(title, () =>
    Effect.flatMap(scene(options), (scene) => Effect.withClock(Effect.scoped(play(scene)), scene.clock)).pipe(
      Effect.withRandom(Random.make(title)),
      Effect.provide(Logger.remove(Logger.defaultLogger))
    )
  )
