import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Duration, Effect, Layer, Schema, Scope } from "effect"
import { groupOf, type KeyedQueue } from "../../../src/delivery/KeyedQueue.ts"
import { Leases } from "../../../src/delivery/Leases.ts"
import { ProcessTable } from "../../../src/delivery/ProcessTable.ts"
import * as SqlQueue from "../../../src/delivery/SqlQueue.ts"
import { type Options, SqlStore } from "../../../src/delivery/SqlStore.ts"
import { read } from "../../../src/delivery/SqlStore/Words.ts"

let processes = 0

/** One process after the other on one host: of each, those before it are gone. */
export const next = Layer.sync(ProcessTable, () => ({
  self: { host: { name: "test" }, pid: ++processes, started: String(processes) },
  isGone: ({ pid }) => Effect.succeed(pid < processes)
}))

/** Leases that outlast whatever these tests turn the clock by. */
const lasting = Leases.layerWith({ lasts: Duration.days(1000), renewed: Duration.days(300) })

export const bounds = { capacity: 100_000, dead: 100 }

export interface Settings extends Options, SqlQueue.Bounds {
  /** begins the names of both queues */
  readonly prefix: string
}

/**
 * A store as the next process has it, and two queues in it, of which the first feeds the second. It owns every account: those
 * of which something is kept, and each of which something is offered.
 */
export const open = <E>(database: Layer.Layer<SqlClient.SqlClient, E>, options: Partial<Settings> = {}) =>
  Effect.gen(function* () {
    const { prefix = "", ...limits } = { ...bounds, ...options }
    // a database answers in its own time, whatever these tests make of the clock
    const store = SqlStore.layerWith({ within: Duration.infinity, ...options }).pipe(Layer.provideMerge(database))
    const context = yield* Layer.build(lasting.pipe(Layer.provide(next), Layer.provideMerge(store)))
    const sql = Context.get(context, SqlClient.SqlClient)
    const [fed, inner] = yield* Effect.gen(function* () {
      const fed = yield* SqlQueue.make({ ...limits, name: `${prefix}fed`, origin: `${prefix}queue` }, Schema.String)
      return [fed, yield* SqlQueue.makeFeeding({ ...limits, name: `${prefix}queue` }, Schema.String, fed)] as const
    }).pipe(Effect.provide(context))

    // begun before whoever works, so that it ends after them
    const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
    const alone = yield* Effect.makeSemaphore(1)
    const owned = new Set<string>()
    const own = (account: string) =>
      Effect.gen(function* () {
        if (owned.has(account)) return
        yield* Context.get(context, Leases).take({ account, fingerprint: account })
        yield* fed.adopt(account)
        yield* inner.adopt(account)
        owned.add(account)
      }).pipe(Effect.catchTag("OwnedElsewhere", Effect.die), Scope.extend(scope), alone.withPermits(1))
    const ownAll = (accounts: Iterable<string>) => Effect.forEach(new Set(accounts), own, { discard: true })
    const kept = yield* sql.unsafe<{ readonly key: string }>("select key from holdfast_item")
    yield* ownAll(kept.map(({ key }) => groupOf(read(key))))
    const owning = <A, B>(queue: KeyedQueue<A, B>): KeyedQueue<A, B> => ({
      ...queue,
      offer: (items) => Effect.zipRight(ownAll(items.map(({ key }) => groupOf(key))), queue.offer(items))
    })
    return { sql, own, leases: Context.get(context, Leases), queue: owning(inner), fed: owning(fed) }
  })

export type Opened = Effect.Effect.Success<ReturnType<typeof open>>
