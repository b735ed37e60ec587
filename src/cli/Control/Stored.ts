import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { Inbox } from "../../delivery/Inbox.ts"
import { type KeyedQueue, StoreRefused } from "../../delivery/KeyedQueue.ts"
import { Outbox } from "../../delivery/Outbox.ts"
import { codec } from "../../delivery/SqlQueue/Codec.ts"
import * as Reading from "../../delivery/SqlStore/Reading.ts"
import { AccountId } from "../../domain/Address.ts"
import { Event } from "../../domain/Event.ts"
import { Message } from "../../domain/Message.ts"
import type { Stores } from "../../gateway/Gateway.ts"
import { Ownership } from "../../gateway/Ownership.ts"
import type { QueueName } from "../../http/Api/DeadLetter.ts"
import type { Shelf, Shelves } from "../../http/Shelves.ts"
import * as Beside from "../Beside.ts"
import * as Opening from "../Opening.ts"
import * as Store from "../Store.ts"

/** The account that the name of an event or a message, or the key of a conversation, begins with. */
const accountOf = (name: string): string => /^[^/#]*/.exec(name)?.[0] ?? ""

/**
 * The queues of a store that no process answers for. They are read beside whoever may have it open all the same; only when
 * something is to be changed it is opened, until the scope ends.
 */
export const shelves = (url: Beside.Shared): Effect.Effect<Shelves, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const opened = yield* Effect.cached(Scope.extend(Opening.once(Store.layer(url)), scope))

    const ours = new Set<string>()
    /** Nobody else may be at work on what is changed. */
    const own = (stores: Context.Context<Stores>, account: string, store: QueueName) =>
      Effect.gen(function* () {
        if (ours.has(account) || !Schema.is(AccountId)(account)) return
        yield* Context.get(stores, Ownership).own({ id: account })
        ours.add(account)
      }).pipe(
        Scope.extend(scope),
        Effect.catchTag("OwnedElsewhere", ({ message }) => new StoreRefused({ store, cause: message }))
      )

    const shelf = <A, I, B>(
      store: QueueName,
      schema: Schema.Schema<A, I>,
      queueOf: (stores: Context.Context<Stores>) => KeyedQueue<A, B>
    ): Shelf<A> => {
      const refused = (why: Store.NotOpened) => new StoreRefused({ store, cause: Store.reason(why) })
      const read = <T>(body: Effect.Effect<T, SqlError, SqlClient.SqlClient>, none: T) =>
        Beside.use(url, body).pipe(
          Effect.catchTag("Absent", () => Effect.succeed(none)),
          Effect.mapError(refused)
        )
      const change = <T>(name: string, act: (queue: KeyedQueue<A, B>) => Effect.Effect<T, StoreRefused>) =>
        Effect.gen(function* () {
          const stores = yield* Effect.mapError(opened, refused)
          yield* own(stores, accountOf(name), store)
          return yield* act(queueOf(stores))
        })
      return {
        depths: read(Reading.depths(store), new Map()),
        dead: read(Reading.dead(store, codec(schema)), []),
        retry: (id) => change(id, (queue) => queue.retry(id)),
        drop: (id) => change(id, (queue) => queue.drop(id)),
        offer: (items) => change(items[0]?.key ?? "", (queue) => queue.offer(items))
      }
    }
    return {
      inbox: shelf("inbox", Event, Context.get(Inbox)),
      outbox: shelf("outbox", Message, Context.get(Outbox))
    }
  })
