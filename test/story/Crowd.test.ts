import { expect, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, Random, Schema } from "effect"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { AccountId } from "../../src/domain/Address.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import * as Client from "../../src/http/Client.ts"
import { Control } from "../../src/http/Control.ts"
import { Health } from "../../src/http/Health.ts"
import * as Operator from "../../src/http/Operator.ts"
import * as Server from "../../src/http/Server.ts"
import * as Digest from "../../src/node/Digest.ts"
import * as Ed25519 from "../../src/node/Ed25519.ts"
import * as Routes from "../../src/adapter/Webhooks/Routes.ts"
import { Webhooks } from "../../src/adapter/Webhooks.ts"
import * as Echo from "../../src/handler/Echo.ts"
import { JumpingClock } from "../../src/testing/JumpingClock.ts"
import * as MemoryNetwork from "../../src/testing/MemoryNetwork.ts"
import { crowd, hosts, trouble, Truth } from "./Crowd.ts"
import { watching } from "./Watcher.ts"

const size = 200
/** of the story: each of them is looked at */
const seconds = 240

const stores = MemoryStores.layer

const Told = Schema.Array(Schema.Struct({ account: AccountId, state: Schema.Struct({ _tag: Schema.String }) }))
const Ready = Schema.Struct({
  ready: Schema.Boolean,
  accounts: Schema.Array(Schema.Struct({ account: AccountId, ready: Schema.Boolean }))
})

/** What the pages and programs that watch are told of each account: by /accounts, by /readyz and by /live. */
const operator = Effect.gen(function* () {
  const gateway = yield* Gateway
  const health = yield* Health
  yield* health.watch(gateway.statuses)
  const { all } = yield* Operator.make({ api: yield* Server.app })
  const client = Client.direct(all)
  const get = (path: string) =>
    Effect.flatMap(client.execute(HttpClientRequest.get(`http://holdfast${path}`)), (answer) =>
      Effect.map(answer.json, (body) => ({ status: answer.status, body }))
    ).pipe(Effect.orDie)
  return { gateway, get, watched: Effect.orDie(watching(all)) }
})

it.scopedLive(
  "two hundred accounts in random trouble are never called connected for longer than it takes to find out, nor down when they live, by the API, by /readyz and by /live (F01, F06, F08, F106)",
  () =>
    Effect.gen(function* () {
      const clock = yield* JumpingClock.make(Date.UTC(2026, 0, 1))
      const play = Effect.gen(function* () {
        const members = yield* crowd(size)
        const accounts = members.map(({ account }) => account)
        const network = Layer.mergeAll(
          MemoryNetwork.layer(hosts(members)),
          Ed25519.layer,
          Digest.layer,
          Layer.effect(Webhooks, Routes.make)
        )
        const process = { pid: 1, since: 0, store: "memory:" }
        const services = yield* Layer.build(
          Control.layer({ process, platforms: [] }).pipe(
            Layer.provideMerge(Gateway.layer({ accounts, handler: Echo.handler })),
            Layer.provide(stores),
            Layer.provide(network),
            Layer.merge(Health.layer(new Set()))
          )
        )
        const { get, watched } = yield* Effect.provide(operator, services)
        const truths = () => new Map(members.map((member) => [member.account.id, new Truth(member)] as const))
        const [byApi, byReadiness, byLive] = [truths(), truths(), truths()]
        const known = yield* watched
        yield* Effect.sleep("1 minute")
        yield* Effect.forEach(members, (member) => Effect.forkScoped(trouble(member)), { discard: true })
        for (let second = 0; second < seconds; second++) {
          yield* Effect.sleep("1 second")
          const told = yield* Schema.decodeUnknown(Told)((yield* get("/accounts")).body)
          const { body, status } = yield* get("/readyz")
          const { accounts, ready } = yield* Schema.decodeUnknown(Ready)(body)
          expect(status).toBe(ready ? 200 : 503)
          expect(ready).toBe(accounts.every(({ ready }) => ready))
          const wells = new Set(accounts.flatMap(({ account, ready }) => (ready ? [account] : [])))
          for (const { account, state } of told) {
            yield* byApi.get(account)?.look(second, state._tag === "Connected") ?? Effect.void
            yield* byReadiness.get(account)?.look(second, wells.has(account)) ?? Effect.void
            yield* byLive.get(account)?.look(second, known.get(account)?.state._tag === "Connected") ?? Effect.void
          }
        }
        return { members, byApi, byReadiness, byLive }
      })
      const { byApi, byLive, byReadiness, members } = yield* Effect.withClock(play, clock)
      for (const { account, believed } of members)
        for (const [by, late] of [
          [byApi, 0],
          [byReadiness, 0],
          // who is told as it happens is told a second later at most
          [byLive, 1]
        ] as const) {
          const truth = by.get(account.id)
          expect(truth?.connectedWhileDead, account.id).toBeLessThanOrEqual(Duration.toSeconds(believed) + 1 + late)
          expect(truth?.downWhileAlive, account.id).toBeLessThanOrEqual(5 + late)
        }
      const outages = Array.from(byApi.values()).reduce((sum, truth) => sum + truth.outages, 0)
      expect(outages).toBeGreaterThan(size / 2)
    }).pipe(Effect.withRandom(Random.make("a crowd")), Effect.provide(Logger.remove(Logger.defaultLogger))),
  180_000
)
