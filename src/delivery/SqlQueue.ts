import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { refusal } from "./Capacity.ts"
import { work } from "./Crew.ts"
import { Bench } from "./Crew/Bench.ts"
import { Condition } from "./Crew/Condition.ts"
import { depths } from "./Crew/Depths.ts"
import type { Link } from "./Crew/Lanes.ts"
import { idle } from "./Crew/Rest.ts"
import type { Shop } from "./Crew/Toil.ts"
import type { Dead, Item, KeyedQueue, StoreRefused } from "./KeyedQueue.ts"
import { codec } from "./SqlQueue/Codec.ts"
import { type Bounds, Ledger, type Offer } from "./SqlQueue/Ledger.ts"
import { open } from "./SqlQueue/Open.ts"
import { restore } from "./SqlQueue/Restore.ts"
import { settle } from "./SqlQueue/Settle.ts"
import type { Slot } from "./SqlQueue/Window.ts"
import { read, written } from "./SqlStore/Words.ts"
import { SqlStore } from "./SqlStore.ts"

export type { Bounds }

/** The side of a queue that another one of the same store can feed in the same commit in which it settles. */
export interface Intake<B> {
  readonly prepare: (items: ReadonlyArray<Item<B>>, now: number) => Offer
}

export interface SqlQueue<A, B = never> extends KeyedQueue<A, B>, Intake<A> {}

const DeadRows = Schema.Tuple(
  Schema.Struct({
    answer: Schema.parseJson(
      Schema.Array(
        Schema.Tuple(
          Schema.Number,
          Schema.String,
          Schema.String,
          Schema.String,
          Schema.Number,
          Schema.Number,
          Schema.String,
          Schema.Number
        )
      )
    )
  })
)
const Found = Schema.Tuple(
  Schema.Struct({ answer: Schema.parseJson(Schema.Array(Schema.Tuple(Schema.Number, Schema.String))) })
)
const Keys = Schema.Tuple(Schema.Struct({ answer: Schema.parseJson(Schema.Array(Schema.Tuple(Schema.String))) }))
const decodeKeys = Schema.decodeUnknown(Keys)
const decodeDead = Schema.decodeUnknown(DeadRows)
const decodeFound = Schema.decodeUnknown(Found)

/**
 * A queue in a database: what was kept is worked on again, in its order and with its attempts, by whatever process opens
 * the store next. Values are written as `schema` says. What its work settles with is offered to `feeds` in the same commit.
 */
export const makeFeeding = <A, I, B>(
  bounds: Bounds,
  schema: Schema.Schema<A, I>,
  feeds: Intake<B>
): Effect.Effect<SqlQueue<A, B>, StoreRefused, SqlStore> =>
  Effect.gen(function* () {
    const journal = yield* SqlStore
    const { name } = bounds
    const { statements } = journal
    const text = codec(schema)
    const rest = new Condition()
    const alarm = new Condition()
    const ledger: Ledger<A> = new Ledger(bounds, text, journal, () => bench.call())
    const { lanes, window } = ledger
    const bench = new Bench<Slot<A>>(lanes)
    yield* restore(ledger, journal)

    const begin = (head: Link<Slot<A>>) =>
      Effect.suspend(() => journal.commit({ store: name, asks: [], plan: (draft) => ledger.begin(draft, head) }))
    const giveBack = (head: Link<Slot<A>>) =>
      Effect.suspend(() => journal.commit({ store: name, asks: [], plan: (draft) => ledger.giveBack(draft, head) }))
    const shop: Shop<Slot<A>, A, B> = {
      name,
      lanes,
      bench,
      rest,
      alarm,
      open: open({ name, window, codec: text, journal, begin, giveBack }),
      commit: settle({ ledger, journal, rest, alarm, feeds }),
      quietUntil: 0
    }

    const dead = Effect.gen(function* () {
      const [{ answer }] = yield* journal.aside(name, ({ ask }) =>
        Effect.flatMap(ask(statements.dead, [name]), (rows) => Effect.orDie(decodeDead(rows)))
      )
      const all: Array<Dead<A>> = []
      const inOrder = answer.toSorted(([a, , , , , , , diedA], [b, , , , , , , diedB]) => diedA - diedB || a - b)
      for (const [, id, key, value, attempts, keptAt, reason, diedAt] of inOrder) {
        const decoded = text.decode(value)
        if (Either.isLeft(decoded))
          yield* Effect.logWarning(`${name}: ${read(id)} is dead and cannot be read: ${decoded.left}`)
        else
          all.push({
            id: read(id),
            key: read(key),
            value: decoded.right,
            attempts,
            keptAt,
            reason: read(reason),
            diedAt
          })
      }
      return all
    })

    const retry = (id: string) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        let revived: { readonly seq: number; readonly key: string } | undefined
        const applied = () => {
          if (revived !== undefined) ledger.revive(revived.seq, id, revived.key, now)
        }
        const rise = journal.turn(
          name,
          ({ ask }) =>
            Effect.gen(function* () {
              const [{ answer }] = yield* Effect.orDie(
                decodeFound(yield* ask(statements.findDead, [name, written(id)]))
              )
              const [found] = answer
              if (found === undefined) return false
              const [old, key] = found
              const refused = refusal(bounds, { size: lanes.size, sizeOf: (group) => lanes.sizeOf(group) }, [
                { id, key: read(key) }
              ])
              if (refused !== undefined) return yield* refused
              const seq = journal.nextSeq()
              yield* ask(statements.revive, [old, seq, now])
              yield* ask(statements.renumber, [old, seq])
              revived = { seq, key: read(key) }
              return true
            }),
          () => (revived === undefined ? undefined : { witness: revived.seq, applied })
        )
        return Effect.tap(rise, () => Effect.sync(applied))
      })

    const drop = (id: string) =>
      journal
        .turn(name, ({ ask }) =>
          Effect.gen(function* () {
            const [{ answer }] = yield* Effect.orDie(decodeFound(yield* ask(statements.findDead, [name, written(id)])))
            yield* ask(statements.settle, [JSON.stringify(answer.map(([seq]) => [seq]))])
            return answer.length > 0
          })
        )
        .pipe(Effect.tap((dropped) => Effect.sync(() => (ledger.dead -= dropped ? 1 : 0))))

    return {
      prepare: (items, now) => ledger.offer(items, now),
      offer: (items) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => journal.commit({ store: name, ...ledger.offer(items, now) })),
      work: (f, options) => work(shop, f, options),
      wake: (prefix) =>
        Effect.sync(() => {
          lanes.wake(prefix)
          bench.call()
        }),
      idle: idle(shop),
      depth: Effect.sync(() => ledger.depth),
      depths: Effect.map(
        journal.aside(name, ({ ask }) =>
          Effect.flatMap(ask(statements.deadKeys, [name]), (rows) => Effect.orDie(decodeKeys(rows)))
        ),
        ([{ answer }]) =>
          depths(
            lanes,
            answer.map(([key]) => read(key))
          )
      ),
      dead,
      retry,
      drop
    }
  })

const nowhere: Intake<never> = {
  prepare: () => ({ asks: [], plan: () => Either.right(() => ({ kept: 0, repeats: [] })) })
}

/** A queue in a database that feeds no other. */
export const make = <A, I>(
  bounds: Bounds,
  schema: Schema.Schema<A, I>
): Effect.Effect<SqlQueue<A>, StoreRefused, SqlStore> => makeFeeding(bounds, schema, nowhere)
