import { expect, it } from "@effect/vitest"
import { ConfigProvider, Context, Duration, Effect, Layer, Logger, Option, type Scope, Stream } from "effect"
import type { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import type { ListenOptions } from "../../src/adapter/Connection.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { defaults } from "../../src/gateway/GatewayConfig.ts"
import type { AccountStatus } from "../../src/gateway/Status.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as FaultProxy from "../../src/node/FaultProxy.ts"
import * as Network from "../../src/node/index.ts"
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import type { Requirements } from "./Row.ts"
import { type AnyRow, rows } from "./Story.ts"

const quick = {
  base: Duration.millis(20),
  factor: 2,
  cap: Duration.millis(200),
  floor: Duration.millis(10),
  attempts: 5
}
/** far above what a session that is kicked at once lasts on a machine that is busy with something else */
const stableAfter = Duration.seconds(3)

/** A gateway and a simulator with a TCP relay between them, and a clock that is the machine's own. */
const stage = (row: AnyRow, options: { readonly waits?: number; readonly weather?: FaultProxy.Weather }) =>
  Effect.gen(function* () {
    const { simulator, troubles } = yield* row.hasten
    const server = yield* SimulatorServer.serve(simulator)
    const relay = yield* FaultProxy.make(server.port)
    if (options.weather !== undefined) yield* relay.become(options.weather)

    const fatals: Array<AdapterFatal> = []
    const waits = options.waits === undefined ? undefined : { waits: options.waits }
    const listen: ListenOptions = { retry: quick, stableAfter, ...waits }
    const account = row.near(`http://127.0.0.1:${relay.port}`, listen)
    const observed: Account<Requirements> = {
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
    const eventually = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean) =>
      Effect.delay(effect, "10 millis").pipe(Effect.repeat({ until: holds }))
    // between two polls there is nothing to cut
    const standing = eventually(simulator.connections, (lines) => lines.length === 1)
    const connected = Effect.zipLeft(
      until(({ state }) => state._tag === "Connected"),
      standing
    )
    const { conversation } = row
    const converses = Effect.gen(function* () {
      const asked = yield* simulator.hear({ conversation, text: "are you there?" })
      yield* eventually(simulator.said, (said) => said.some(({ replyTo }) => replyTo === asked))
      expect((yield* simulator.said).filter(({ replyTo }) => replyTo === asked)).toHaveLength(1)
    })
    return { main: account.id, simulator, troubles, relay, gateway, fatals, until, connected, standing, converses }
  })

type Stage = Effect.Effect.Success<ReturnType<typeof stage>>

const everywhere = (
  title: string | ((row: AnyRow) => string),
  options: Parameters<typeof stage>[1],
  play: (stage: Stage, row: AnyRow) => Effect.Effect<unknown, unknown, Scope.Scope>
) => {
  for (const row of rows)
    it.scopedLive(
      `on real sockets, on ${row.platform}, ${typeof title === "string" ? title : title(row)}`,
      () =>
        Effect.flatMap(stage(row, options), (stage) => play(stage, row)).pipe(
          Effect.provide(Logger.remove(Logger.defaultLogger))
        ),
      { concurrent: true, timeout: 60_000 }
    )
}

const exhausts =
  (begins: (stage: Stage) => Effect.Effect<void>, ends: (stage: Stage) => Effect.Effect<void>) => (stage: Stage) =>
    Effect.gen(function* () {
      const { connected, converses, fatals, until } = stage
      const first = yield* connected
      yield* begins(stage)
      const down = yield* until(({ state }) => state._tag === "Rescheduled")
      expect(fatals[0]).toMatchObject({ reason: "Exhausted", retryable: true })
      expect(down.state).toHaveProperty("until")
      yield* until(({ generation }) => generation > 2)
      yield* ends(stage)
      const up = yield* connected
      expect(up.generation).toBeGreaterThan(first.generation)
      yield* converses
    })

const heal = ({ simulator }: Stage) => simulator.heal
const pass = ({ relay }: Stage) => relay.become({ _tag: "Pass" })

everywhere(
  "transport failures exhaust an adapter, and the account comes back (F01, F49)",
  {},
  exhausts(({ relay }) => Effect.zipRight(relay.become({ _tag: "Refuse" }), relay.cut), pass)
)

everywhere(
  "lines that are taken and reset exhaust an adapter, and the account comes back (F01, F49)",
  {},
  exhausts(({ relay }) => Effect.zipRight(relay.become({ _tag: "Reset" }), relay.cut), pass)
)

everywhere(
  ({ words }) => `${words.refuses} exhaust an adapter, and the account comes back (F01)`,
  {},
  exhausts(({ troubles }) => troubles.refuses, heal)
)

// nobody waits here for the minute that is asked for: with no waits allowed the first one is one too many
everywhere(
  ({ words }) => `${words.limits} that may not be waited for exhaust an adapter, and the account comes back (F01, F32)`,
  { waits: 0 },
  exhausts(({ troubles }) => troubles.limits, heal)
)

everywhere(
  "a service that is down when the process starts is waited for (F61, F63)",
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

everywhere(
  "a line on which nothing arrives any more is found and replaced (F08, F10)",
  {},
  ({ connected, converses, relay, until }) =>
    Effect.gen(function* () {
      yield* connected
      yield* relay.become({ _tag: "BlackHole" })
      yield* until(({ state }) => state._tag !== "Connected")
      yield* relay.become({ _tag: "Pass" })
      yield* connected
      yield* converses
    })
)

everywhere(
  "what is asked before a line and never answered is given up in time for another try (F14, F18)",
  {},
  ({ connected, converses, simulator, until }, { words }) =>
    Effect.gen(function* () {
      yield* connected
      yield* simulator.fault({ _tag: "Stall", step: "upgrade", times: 1 })
      yield* simulator.fault({ _tag: "Cut" })
      yield* until(({ cause }) => cause?.includes(words.upgrade) === true)
      yield* connected
      yield* converses
    })
)

// a flapping account waits half a minute between tries: here a person is faster
everywhere(
  "a server that accepts and kicks is flapping by the fifth time, and forgiven by command (F26, F42)",
  {},
  ({ connected, converses, gateway, main, simulator, standing, troubles, until }, { tries }) =>
    Effect.gen(function* () {
      yield* connected
      yield* Effect.sleep(Duration.sum(stableAfter, Duration.millis(100)))
      yield* standing
      const before = tries(yield* simulator.record).length
      yield* troubles.kicks(50)
      yield* until(({ flapping }) => flapping)
      expect(tries(yield* simulator.record).length - before).toBeLessThanOrEqual(5)
      yield* simulator.heal
      yield* gateway.restart(main)
      yield* connected
      yield* converses
    })
)
