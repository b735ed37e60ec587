import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { constUndefined, constVoid } from "effect/Function"
import type * as Schema from "effect/Schema"
import { work } from "./Crew.ts"
import { Bench } from "./Crew/Bench.ts"
import { Condition } from "./Crew/Condition.ts"
import { depths } from "./Crew/Depths.ts"
import { idle } from "./Crew/Rest.ts"
import type { Lane } from "./Crew/Lane.ts"
import type { Records, Shop } from "./Crew/Shop.ts"
import { Unsettled } from "./Crew/Unsettled.ts"
import type { Item, KeyedQueue, Offered } from "./KeyedQueue.ts"
import { adopt } from "./SqlQueue/Adopt.ts"
import { behind } from "./SqlQueue/Behind.ts"
import { codec } from "./SqlQueue/Codec.ts"
import { graveyard } from "./SqlQueue/Graveyard.ts"
import { type Bounds, Ledger } from "./SqlQueue/Ledger.ts"
import { type Counter, Offering, type Origin } from "./SqlQueue/Offering.ts"
import { open } from "./SqlQueue/Open.ts"
import { settle } from "./SqlQueue/Settle.ts"
import type { Slot } from "./SqlQueue/Window.ts"
import type { Entry } from "./SqlStore/Entry.ts"
import { fateOf } from "./SqlStore/FateRows.ts"
import { askedAlone, none } from "./SqlStore/Naming.ts"
import { SqlStore } from "./SqlStore.ts"

export type { Bounds }

/** The side of a queue that another one of the same store can feed in the same commit in which it settles. */
export interface Intake<B> {
  /** `origin` is what settles with these. */
  readonly prepare: (items: ReadonlyArray<Item<B>>, now: number, origin: Origin) => Entry<Offered>
}

export interface SqlQueue<A, B = never> extends KeyedQueue<A, B>, Intake<A> {}

/**
 * A queue in a database: what was kept is worked on again, in its order and with its attempts, by whatever process takes
 * its group up next. Values are written as `schema` says; of those that are `plain`, `JSON.stringify` is known to write the
 * same. What its work settles with is offered to `feeds` in the same commit.
 */
export const makeFeeding = <A, I, B>(
  bounds: Bounds,
  schema: Schema.Schema<A, I>,
  feeds: Intake<B>,
  plain?: (value: A) => boolean
): Effect.Effect<SqlQueue<A, B>, never, SqlStore> =>
  Effect.gen(function* () {
    const journal = yield* SqlStore
    const { name } = bounds
    const text = codec(schema, plain)
    const rest = new Condition()
    const alarm = new Condition()
    const ledger: Ledger<A> = new Ledger(bounds, journal, () => bench.call())
    const { lanes, window } = ledger
    const counter: Counter<A> = { ledger, codec: text, journal }
    const bench = new Bench<Slot<A>>(lanes)

    const entry = ({ group }: Lane<Slot<A>>, plan: Entry<void>["plan"]): Entry<void> => ({
      store: name,
      accounts: [group.name],
      asks: none,
      plan,
      applied: constVoid
    })
    const records: Records<Slot<A>> = {
      begin: (lane, asked, answered) => {
        // whoever runs it later may find another in the lane
        const { head } = lane
        return journal.commit(() => {
          asked()
          return entry(lane, (draft) => ledger.begin(draft, head))
        }, answered)
      },
      giveBack: (lane) => {
        const { head } = lane
        return journal.commit(() => entry(lane, (draft) => ledger.giveBack(draft, head)))
      }
    }
    const shop: Shop<Slot<A>, A, B> = {
      name,
      lanes,
      bench,
      rest,
      alarm,
      open: open({ name, window, codec: text, journal }),
      records,
      ...settle({ ledger, journal, rest, alarm, feeds }),
      unsettled: new Unsettled(),
      reliefs: new Set(),
      quietUntil: 0
    }

    return {
      adopt: adopt({ ledger, journal, rest, reliefs: shop.reliefs }),
      prepare: (items, now, origin) => new Offering(counter, items, now, origin),
      offer: (items) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => journal.commit(() => new Offering(counter, items, now))),
      behind: behind({ name, lanes, codec: text, journal }),
      work: (f, options) => work(shop, f, options),
      wake: (prefix) =>
        Effect.sync(() => {
          lanes.wake(prefix)
          bench.call()
        }),
      idle: idle(shop),
      unsettled: (group) => shop.unsettled.of(group),
      depth: Effect.sync(() => ledger.depth),
      fate: (id) =>
        Effect.flatMap(
          journal.aside(name, ({ ask }) => ask(journal.statements.fate, askedAlone(bounds, id))),
          fateOf
        ),
      depths: Effect.sync(() => depths(lanes, ledger.deadOf)),
      ...graveyard({ ledger, journal, codec: text })
    }
  })

const nowhere: Intake<never> = {
  prepare: () => ({
    store: "nowhere",
    accounts: [],
    asks: none,
    plan: constUndefined,
    applied: () => ({ kept: 0, repeats: [] })
  })
}

/** A queue in a database that feeds no other. */
export const make = <A, I>(
  bounds: Bounds,
  schema: Schema.Schema<A, I>,
  plain?: (value: A) => boolean
): Effect.Effect<SqlQueue<A>, never, SqlStore> => makeFeeding(bounds, schema, nowhere, plain)
