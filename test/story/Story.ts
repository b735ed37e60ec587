import { type HttpClient, type Socket } from "@effect/platform"
import { expect, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Layer, Logger, Option, Random, type Scope, Stream, Supervisor } from "effect"
import type { Adapter } from "../../src/adapter/Adapter.ts"
import type { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import { listening, rescheduling } from "../../src/adapter/RetryPolicy.ts"
import type { PublicHttp } from "../../src/adapter/PublicHttp.ts"
import type { Fault } from "../../src/adapter/Simulator.ts"
import { into } from "../../src/adapter/Simulator/Post.ts"
import { Webhooks } from "../../src/adapter/Webhooks.ts"
import * as Routes from "../../src/adapter/Webhooks/Routes.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import type { AccountId } from "../../src/domain/Address.ts"
import { Gateway, type GatewayOptions } from "../../src/gateway/Gateway.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import type { AccountStatus } from "../../src/gateway/Status.ts"
import * as Echo from "../../src/handler/Echo.ts"
import type { Handler } from "../../src/handler/Handler.ts"
import * as Digest from "../../src/node/Digest.ts"
import * as Ed25519 from "../../src/node/Ed25519.ts"
import { JumpingClock } from "../../src/testing/JumpingClock.ts"
import * as MemoryNetwork from "../../src/testing/MemoryNetwork.ts"
import { audit } from "./Audit.ts"
import type { Described, Name, Requirements, Row, Simulated, Simulation, Troubles } from "./Row.ts"
import { qq } from "./rows/qq.ts"
import { telegram } from "./rows/telegram.ts"

type Network = HttpClient.HttpClient | PublicHttp | Socket.WebSocketConstructor

export interface SceneOptions<S extends Simulation, O, C> {
  /** the bots that the platform knows; `main` alone unless told otherwise */
  readonly bots?: ReadonlyArray<Name>
  readonly simulator?: Partial<O>
  /** the accounts that the gateway begins with; one of each bot, as `account` has it, unless told otherwise */
  readonly accounts?: ReadonlyArray<Name>
  readonly account?: Partial<C>
  /** what is already wrong when the gateway starts */
  readonly already?: (simulated: Simulated<S>) => Effect.Effect<unknown>
  readonly config?: GatewayOptions<never, never>["config"]
  /** what an adapter is made to do beyond what the platform's does */
  readonly adapter?: (account: Account<Requirements>) => Account<Requirements>
  readonly network?: (network: Context.Context<Network>) => Context.Context<Network>
  /** what answers, where it is not an echo */
  readonly handler?: Handler
  /** what stands before the store that keeps what is heard */
  readonly keeping?: (inbox: Context.Tag.Service<Inbox>) => Context.Tag.Service<Inbox>
  /** the longest that status may go on saying `Connected` with no line behind it, where it is not the row's */
  readonly believed?: Duration.Duration
  /** how often the auditor compares what is said with what is so; each second unless the story is long */
  readonly audit?: Duration.DurationInput
}

/** An `AdapterFatal` as the gateway got it. */
export interface Surfaced {
  readonly at: number
  readonly account: AccountId
  readonly fatal: AdapterFatal
}

export interface Scene<S extends Simulation = Simulation, C = Described> {
  readonly simulator: S
  readonly troubles: Troubles
  readonly gateway: Context.Tag.Service<Gateway>
  readonly clock: JumpingClock
  readonly fatals: ReadonlyArray<Surfaced>
  /** the account that most stories are about */
  readonly main: AccountId
  readonly account: (bot?: Name, config?: Partial<C>) => Account<Requirements>
  /** The account of a bot, with a secret that is not the bot's. */
  readonly mistaken: (bot: Name) => Account<Requirements>
  readonly add: (account: Account<Requirements>) => Effect.Effect<void>
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
  readonly outage: (...faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  /** Whatever was wrong is over: connected within the step in flight, the longest delay and a handshake. */
  readonly recovers: (account?: AccountId) => Effect.Effect<AccountStatus>
  /** Somebody says something and is answered, once. */
  readonly converses: (text: string, bot?: Name) => Effect.Effect<void>
  /** What the bots have said, in order. */
  readonly texts: Effect.Effect<ReadonlyArray<string>>
  readonly fibers: Effect.Effect<number>
  /** What the log says at its usual level, in order. */
  readonly logged: ReadonlyArray<string>
}

const epoch = Date.UTC(2026, 0, 1)

const quarter = Duration.minutes(15)

/**
 * Fewer tries, for stories of many days: what a try costs is the same each time, and what is promised about the end of an
 * outage follows from the longest delay, not from the outage.
 */
export const seldom = {
  audit: "10 minutes",
  account: { listen: { retry: { ...listening, attempts: 2 } } },
  config: { reschedule: { ...rescheduling, base: quarter, cap: quarter, floor: quarter } }
} as const

/** The step in flight, the longest delay, and a handshake with a wait for the next identify in it. */
const promised = (config: GatewayOptions<never, never>["config"]): Duration.Duration =>
  Duration.sum(Duration.seconds(20 + 6), (config?.reschedule ?? rescheduling).cap)

const hearing = (
  account: Account<Requirements>,
  listen: (adapter: Adapter) => Adapter["listen"]
): Account<Requirements> => ({
  ...account,
  open: Effect.map(account.open, (adapter) => ({ ...adapter, listen: listen(adapter) }))
})

const stage = <S extends Simulation, O, C>(
  row: Row<S, O, C>,
  clock: JumpingClock,
  logged: ReadonlyArray<string>,
  options: SceneOptions<S, O, C>
): Effect.Effect<Scene<S, C>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const bots = options.bots ?? ["main"]
    const routes = yield* Routes.make
    const simulated = yield* row.simulate(bots, into(routes), options.simulator)
    const { simulator, troubles } = simulated
    yield* options.already?.(simulated) ?? Effect.void
    const hosts = Object.fromEntries(row.hosts.map((host) => [host, simulator]))
    const wire = yield* Layer.build(MemoryNetwork.layer(hosts))
    const ed25519 = yield* Layer.build(Layer.merge(Ed25519.layer, Digest.layer))
    const network = (options.network ?? ((same) => same))(wire).pipe(
      Context.add(Webhooks, routes),
      Context.merge(ed25519)
    )

    const fatals: Array<Surfaced> = []
    const observed = (account: Account<Requirements>) =>
      hearing((options.adapter ?? ((same) => same))(account), ({ account, listen }) =>
        Stream.tapError(listen, (fatal) =>
          Effect.map(Clock.currentTimeMillis, (at) => void fatals.push({ at, account, fatal }))
        )
      )
    const account: Scene<S, C>["account"] = (bot = "main", config = options.account) =>
      observed(row.account(bot, config))
    const accounts = (options.accounts ?? bots).map((bot) => account(bot))
    const [first = account()] = accounts
    const main = first.id

    const supervisor = yield* Supervisor.track
    const config = options.config === undefined ? undefined : { config: options.config }
    const memory = yield* Layer.build(MemoryStores.layer)
    const keeping = options.keeping ?? ((same) => same)
    const kept = Context.add(memory, Inbox, keeping(Context.get(memory, Inbox)))
    const stores = yield* Layer.build(
      Gateway.layer({ accounts, handler: options.handler ?? Echo.handler, ...config })
    ).pipe(Effect.provide(Context.merge(network, kept)), Effect.supervised(supervisor))
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

    const { conversation } = row
    const converses: Scene["converses"] = (text, bot = bots[0] ?? "main") =>
      Effect.gen(function* () {
        const asked = yield* simulator.hear({ conversation, text, account: row.id(bot) })
        yield* Effect.sleep("10 seconds")
        const answers = (yield* simulator.said).filter(
          ({ account, replyTo }) => account === row.id(bot) && replyTo === asked
        )
        expect(answers.map(({ text }) => text)).toEqual([text])
      })

    const { believed = row.believed } = options
    yield* audit({ ...row, believed, every: options.audit ?? "1 second" }, simulator, gateway)
    return {
      simulator,
      troubles,
      gateway,
      clock,
      fatals,
      main,
      account,
      mistaken: (bot) => observed(row.mistaken(bot)),
      add: (account) => Effect.provide(gateway.add(account), stores).pipe(Effect.provide(network)),
      status,
      until,
      connected,
      down,
      outage: (...faults) => Effect.zipRight(Effect.forEach(faults, simulator.fault), simulator.fault({ _tag: "Cut" })),
      recovers: (account) => Effect.zipRight(simulator.heal, connected(promised(options.config), account)),
      converses,
      texts: Effect.map(simulator.said, (said) => said.map(({ text }) => text)),
      fibers: Effect.map(supervisor.value, (fibers) => fibers.length),
      logged
    }
  })

/** Plays a story of one platform to its end, from a seed that is its title: a gateway, the platform, and the network between them. */
export const story = <S extends Simulation, O, C>(
  row: Row<S, O, C>,
  title: string,
  options: SceneOptions<S, O, C>,
  play: (scene: Scene<S, C>) => Effect.Effect<unknown, unknown, Scope.Scope>
) => {
  const named = `on ${row.platform}, ${title}`
  it.scopedLive(named, () => {
    const logged: Array<string> = []
    const logger = Logger.make<unknown, void>(
      ({ logLevel, message }) => void logged.push(`${logLevel.label} ${[message].flat().join(" ")}`)
    )
    return Effect.gen(function* () {
      const clock = yield* JumpingClock.make(epoch)
      const scene = yield* Effect.withClock(stage(row, clock, logged, options), clock)
      yield* Effect.withClock(Effect.scoped(play(scene)), clock)
    }).pipe(Effect.withRandom(Random.make(named)), Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })
}

/** A platform as far as stories that all platforms share can tell it from others. */
export type AnyRow = Row<Simulation, object, Described>

/** The grid. */
export const rows: ReadonlyArray<AnyRow> = [qq, telegram]

type AnyOptions = SceneOptions<Simulation, object, Described>

/** Plays a story on every platform there is: what a gateway promises, it promises of all. */
export const everywhere = (
  title: string | ((row: AnyRow) => string),
  options: AnyOptions | ((row: AnyRow) => AnyOptions),
  play: (scene: Scene, row: AnyRow) => Effect.Effect<unknown, unknown, Scope.Scope>
) => {
  for (const row of rows)
    story(
      row,
      typeof title === "string" ? title : title(row),
      typeof options === "function" ? options(row) : options,
      (scene) => play(scene, row)
    )
}
