import { expect, it } from "@effect/vitest"
import { ConfigProvider, Context, Duration, Effect, Layer, Logger, Option, type Scope, Stream } from "effect"
import type { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import { accountId } from "../../src/domain/Address.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { defaults } from "../../src/gateway/GatewayConfig.ts"
import type { AccountStatus } from "../../src/gateway/Status.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as FaultProxy from "../../src/node/FaultProxy.ts"
import * as Network from "../../src/node/index.ts"
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import * as QQ from "../../src/platforms/qq/Adapter.ts"
import * as Simulator from "../../src/platforms/qq/Simulator.ts"

const main = accountId("qq", "main")
const quick = {
  base: Duration.millis(20),
  factor: 2,
  cap: Duration.millis(200),
  floor: Duration.millis(10),
  attempts: 5
}
/** far above what a session that is kicked at once lasts on a machine that is busy with something else */
const stableAfter = Duration.seconds(3)
const listen: NonNullable<QQ.QQConfig["listen"]> = { retry: quick, stableAfter }

/** A gateway and a simulator with a TCP relay between them, and a clock that is the machine's own. */
const stage = (options: { readonly waits?: number; readonly weather?: FaultProxy.Weather }) =>
  Effect.gen(function* () {
    // the shortest interval that is obeyed
    const simulator = yield* Simulator.make({ heartbeatInterval: Duration.seconds(5) })
    const server = yield* SimulatorServer.serve(simulator)
    const relay = yield* FaultProxy.make(server.port)
    if (options.weather !== undefined) yield* relay.become(options.weather)
    const url = `http://127.0.0.1:${relay.port}`

    const fatals: Array<AdapterFatal> = []
    const account = QQ.platform.account({
      name: "main",
      appId: Simulator.defaultBot.appId,
      clientSecret: Simulator.defaultBot.secret,
      access: { _tag: "Open" },
      tokenBaseUrl: url,
      apiBaseUrl: url,
      listen: { ...listen, ...(options.waits === undefined ? undefined : { waits: options.waits }) }
    })
    const observed: Account<QQ.Requirements> = {
      ...account,
      open: Effect.map(account.open, (adapter) => ({
        ...adapter,
        listen: Stream.tapError(adapter.listen, (fatal) => Effect.sync(() => fatals.push(fatal)))
      }))
    }
    const config = {
      stableAfter,
      reschedule: { ...defaults.reschedule, base: Duration.millis(100), cap: Duration.millis(500) }
    }
    const built = yield* Layer.build(
      Gateway.layerMemory({ accounts: [observed], handler: Echo.handler, config }).pipe(
        Layer.provide(Network.layer),
        Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map())))
      )
    )
    const gateway = Context.get(built, Gateway)
    const until = (holds: (status: AccountStatus) => boolean): Effect.Effect<AccountStatus> =>
      gateway.changes.pipe(Stream.filter(holds), Stream.runHead, Effect.map(Option.getOrThrow))
    const connected = until(({ state }) => state._tag === "Connected")
    const eventually = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean) =>
      Effect.delay(effect, "10 millis").pipe(Effect.repeat({ until: holds }))
    const converses = Effect.gen(function* () {
      const asked = yield* simulator.hear({ conversation: "c2c:7C0E5A9D", text: "are you there?" })
      yield* eventually(simulator.said, (said) => said.some(({ replyTo }) => replyTo === asked))
      expect((yield* simulator.said).filter(({ replyTo }) => replyTo === asked)).toHaveLength(1)
    })
    return { simulator, relay, gateway, fatals, until, connected, eventually, converses }
  })

type Stage = Effect.Effect.Success<ReturnType<typeof stage>>

const story = (
  title: string,
  options: Parameters<typeof stage>[0],
  play: (stage: Stage) => Effect.Effect<unknown, unknown, Scope.Scope>
) =>
  it.scopedLive(
    title,
    () => Effect.flatMap(stage(options), play).pipe(Effect.provide(Logger.remove(Logger.defaultLogger))),
    { concurrent: true, timeout: 60_000 }
  )

const exhausts =
  (begins: (stage: Stage) => Effect.Effect<void>, ends: (stage: Stage) => Effect.Effect<void>) => (stage: Stage) =>
    Effect.gen(function* () {
      const { connected, converses, eventually, fatals, simulator, until } = stage
      const first = yield* connected
      yield* begins(stage)
      const down = yield* until(({ state }) => state._tag === "Rescheduled")
      expect(fatals[0]).toMatchObject({ reason: "Exhausted", retryable: true })
      expect(down.state).toHaveProperty("until")
      yield* until(({ generation }) => generation > 2)
      yield* ends(stage)
      const up = yield* connected
      expect(up.generation).toBeGreaterThan(first.generation)
      yield* eventually(simulator.connections, (lines) => lines.length === 1)
      yield* converses
    })

const heal = ({ simulator }: Stage) => simulator.heal
const pass = ({ relay }: Stage) => relay.become({ _tag: "Pass" })

story(
  "on real sockets, transport failures exhaust an adapter, and the account comes back (F01, F49)",
  {},
  exhausts(({ relay }) => Effect.zipRight(relay.become({ _tag: "Refuse" }), relay.cut), pass)
)

story(
  "on real sockets, lines that are taken and reset exhaust an adapter, and the account comes back (F01, F49)",
  {},
  exhausts(({ relay }) => Effect.zipRight(relay.become({ _tag: "Reset" }), relay.cut), pass)
)

story(
  "on real sockets, close codes exhaust an adapter, and the account comes back (F01)",
  {},
  exhausts(
    ({ simulator }) =>
      Effect.zipRight(
        simulator.fault({ _tag: "CloseOn", step: "upgrade", code: 4009 }),
        simulator.fault({ _tag: "Close", code: 4009 })
      ),
    heal
  )
)

// nobody waits here for the minute that 4008 asks for: with no waits allowed the first one is one too many
story(
  "on real sockets, a rate-limit close that may not be waited for exhausts an adapter, and the account comes back (F01, F32)",
  { waits: 0 },
  exhausts(
    ({ simulator }) =>
      Effect.zipRight(
        simulator.fault({ _tag: "CloseOn", step: "upgrade", code: 4008 }),
        simulator.fault({ _tag: "Close", code: 4008 })
      ),
    heal
  )
)

story(
  "on real sockets, a service that is down when the process starts is waited for (F61, F63)",
  { weather: { _tag: "Refuse" } },
  ({ connected, converses, relay, until }) =>
    Effect.gen(function* () {
      const down = yield* until(({ generation }) => generation > 2)
      expect(down.self).toBeUndefined()
      yield* relay.become({ _tag: "Pass" })
      yield* connected
      yield* converses
    })
)

story(
  "on real sockets, a line on which nothing arrives any more is found and replaced (F08, F10)",
  {},
  ({ connected, converses, eventually, relay, simulator, until }) =>
    Effect.gen(function* () {
      yield* connected
      yield* relay.become({ _tag: "BlackHole" })
      yield* until(({ state }) => state._tag !== "Connected")
      yield* relay.become({ _tag: "Pass" })
      yield* connected
      yield* eventually(simulator.connections, (lines) => lines.length === 1)
      yield* converses
    })
)

story(
  "on real sockets, an upgrade that is never answered is given up in time for another try (F14, F18)",
  {},
  ({ connected, converses, simulator, until }) =>
    Effect.gen(function* () {
      yield* connected
      yield* simulator.fault({ _tag: "Stall", step: "upgrade", times: 1 })
      yield* simulator.fault({ _tag: "Cut" })
      yield* until(({ cause }) => cause?.includes("upgrade") === true)
      yield* connected
      yield* converses
    })
)

// a flapping account waits half a minute between tries: here a person is faster
story(
  "on real sockets, a server that accepts and kicks is flapping by the fifth time, and forgiven by command (F26, F42)",
  {},
  ({ connected, converses, gateway, simulator, until }) =>
    Effect.gen(function* () {
      yield* connected
      yield* Effect.sleep(Duration.sum(stableAfter, Duration.millis(100)))
      yield* simulator.fault({ _tag: "CloseOn", step: "ready", code: 4009, after: 50 })
      yield* simulator.fault({ _tag: "Close", code: 4009 })
      yield* until(({ flapping }) => flapping)
      const { identifies, resumes } = yield* simulator.counts()
      expect(identifies + resumes).toBeLessThanOrEqual(5 + 1)
      yield* simulator.heal
      yield* gateway.restart(main)
      yield* connected
      yield* converses
    })
)
