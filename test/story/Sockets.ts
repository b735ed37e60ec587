import { HttpClient } from "@effect/platform"
import { expect, it } from "@effect/vitest"
import { ConfigProvider, Context, Duration, Effect, Layer, Logger, Option, type Scope, Stream } from "effect"
import type { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import type { ListenOptions } from "../../src/adapter/Connection.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import { through } from "../../src/adapter/Simulator/Post.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { defaults } from "../../src/gateway/GatewayConfig.ts"
import type { AccountStatus } from "../../src/gateway/Status.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as FaultProxy from "../../src/node/FaultProxy.ts"
import * as NodeHttpClient from "../../src/node/HttpClient.ts"
import * as Network from "../../src/node/index.ts"
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import { freePort } from "../node/freePort.ts"
import type { Described, Requirements, Row, Simulation } from "./Row.ts"
import { type AnyRow, rows } from "./Story.ts"

const quick = {
  base: Duration.millis(20),
  factor: 2,
  cap: Duration.millis(200),
  floor: Duration.millis(10),
  attempts: 5
}
/** far above what a session that is kicked at once lasts on a machine that is busy with something else */
export const stableAfter = Duration.seconds(3)

export interface SocketOptions<C> {
  readonly waits?: number
  readonly weather?: FaultProxy.Weather
  /** how the account is configured, if what is posted to us is posted to `front` */
  readonly account?: (front: string) => Partial<C>
}

/** A gateway and a simulator with a TCP relay between them, each way, and a clock that is the machine's own. */
const stage = <S extends Simulation, O, C>(row: Row<S, O, C>, options: SocketOptions<C>) =>
  Effect.gen(function* () {
    const client = Context.get(yield* Layer.build(NodeHttpClient.layer), HttpClient.HttpClient)
    const { simulator, troubles } = yield* row.hasten(through(client))
    const server = yield* SimulatorServer.serve(simulator)
    const relay = yield* FaultProxy.make(server.port)
    if (options.weather !== undefined) yield* relay.become(options.weather)
    const port = yield* freePort
    const front = yield* FaultProxy.make(port)

    const fatals: Array<AdapterFatal> = []
    const waits = options.waits === undefined ? undefined : { waits: options.waits }
    const listen: ListenOptions = { retry: quick, stableAfter, ...waits }
    const account = row.near(
      `http://127.0.0.1:${relay.port}`,
      listen,
      options.account?.(`http://127.0.0.1:${front.port}`)
    )
    const observed: Account<Requirements> = {
      ...account,
      open: Effect.map(account.open, (adapter) => ({
        ...adapter,
        listen: Stream.tapError(adapter.listen, (fatal) => Effect.sync(() => fatals.push(fatal)))
      }))
    }
    const [base, cap, floor] = [Duration.millis(100), Duration.millis(500), Duration.millis(10)]
    const config = {
      stableAfter,
      reschedule: { ...defaults.reschedule, base, cap },
      probe: { ...defaults.probe, base, cap, floor }
    }
    const built = yield* Layer.build(
      Gateway.layerMemory({ accounts: [observed], handler: Echo.handler, config }).pipe(
        Layer.provide(Network.layer),
        Layer.provide(
          Layer.setConfigProvider(
            ConfigProvider.fromMap(new Map([["HOLDFAST_HTTP_PORT", String(port)]]), { pathDelim: "_" })
          )
        )
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
    const texts = Effect.map(simulator.said, (said) => said.map(({ text }) => text))
    return {
      main: account.id,
      simulator,
      troubles,
      relay,
      front,
      gateway,
      fatals,
      until,
      connected,
      standing,
      converses,
      texts
    }
  })

export type Stage<S extends Simulation = Simulation> = Effect.Effect.Success<
  ReturnType<typeof stage<S, object, Described>>
>

/** Plays a story of one platform on real sockets, beside all others of its file. */
export const onSockets = <S extends Simulation, O, C>(
  row: Row<S, O, C>,
  title: string,
  options: SocketOptions<C>,
  play: (stage: Stage<S>) => Effect.Effect<unknown, unknown, Scope.Scope>
) =>
  it.scopedLive(
    `on real sockets, on ${row.platform}, ${title}`,
    () => Effect.flatMap(stage(row, options), play).pipe(Effect.provide(Logger.remove(Logger.defaultLogger))),
    { concurrent: true, timeout: 60_000 }
  )

/** Plays a story on real sockets on every platform there is. */
export const everywhere = (
  title: string | ((row: AnyRow) => string),
  options: SocketOptions<Described>,
  play: (stage: Stage, row: AnyRow) => Effect.Effect<unknown, unknown, Scope.Scope>
) => {
  for (const row of rows)
    onSockets(row, typeof title === "string" ? title : title(row), options, (stage) => play(stage, row))
}
