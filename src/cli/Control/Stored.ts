import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { hostname } from "node:os"
import { Inbox } from "../../delivery/Inbox.ts"
import { type Depth, type Fate, groupOf, type KeyedQueue, StoreRefused } from "../../delivery/KeyedQueue.ts"
import { described, type OwnedElsewhere } from "../../delivery/Lease.ts"
import { Outbox } from "../../delivery/Outbox.ts"
import { names } from "../../delivery/SqlDelivery.ts"
import { codec } from "../../delivery/SqlQueue/Codec.ts"
import * as Reading from "../../delivery/SqlStore/Reading.ts"
import { AccountId } from "../../domain/Address.ts"
import { Event } from "../../domain/Event.ts"
import { Message } from "../../domain/Message.ts"
import type { Stores } from "../../gateway/Gateway.ts"
import { Ownership } from "../../gateway/Ownership.ts"
import type { QueueName } from "../../http/Api/DeadLetter.ts"
import { accountOf } from "../../http/Conversations.ts"
import type { Shelf, Shelves } from "../../http/Shelves.ts"
import * as Beside from "../Beside.ts"
import * as Opening from "../Opening.ts"
import * as Store from "../Store.ts"

const isAccount = Schema.is(AccountId)

/** Who has an account that is not to be had, and where they can be asked instead. */
const elsewhere = ({ account, owner }: OwnedElsewhere): string => {
  const where =
    owner.host.name === hostname()
      ? "it does not answer at a control socket of this user: run this command as the user that it runs as, or stop it"
      : `run this command on ${owner.host.name}`
  return `${account} is kept by another process (${described(owner)}): ${where}`
}

/**
 * The queues of a store, but for the accounts that others `answer` for. They are read beside whoever has them open; only when
 * something is to be changed the store is opened and the account made ours, both until the scope ends.
 */
export const shelves = (
  url: Beside.Shared,
  answered: (account: string) => boolean
): Effect.Effect<Shelves, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const opened = yield* Effect.cached(Scope.extend(Opening.once(Store.layer(url)), scope))

    /** Nobody is connected as the account meanwhile, so what it is known by need not be the bot's secret. */
    const owned = yield* Effect.cachedFunction((account: string) =>
      Effect.gen(function* () {
        const stores = yield* opened
        if (!isAccount(account)) return stores
        const credential = { key: "command line", secret: Redacted.make(account) }
        yield* Scope.extend(Context.get(stores, Ownership).own({ id: account, credential }), scope)
        return stores
      })
    )

    const shelf = <A, I, B>(
      store: QueueName,
      schema: Schema.Schema<A, I>,
      queueOf: (stores: Context.Context<Stores>) => KeyedQueue<A, B>
    ): Shelf<A> => {
      const refused = (why: Store.NotOpened | OwnedElsewhere) =>
        new StoreRefused({ store, cause: why._tag === "OwnedElsewhere" ? elsewhere(why) : Store.reason(why) })
      const read = <T>(body: Effect.Effect<T, SqlError, SqlClient.SqlClient>, none: T) =>
        Beside.use(url, body).pipe(
          Effect.catchTag("Absent", () => Effect.succeed(none)),
          Effect.mapError(refused)
        )
      const change = <T>(account: string, act: (queue: KeyedQueue<A, B>) => Effect.Effect<T, StoreRefused>) =>
        Effect.flatMap(Effect.mapError(owned(account), refused), (stores) => act(queueOf(stores)))
      return {
        depths: Effect.map(
          read(Reading.depths(store), new Map<string, Depth>()),
          (all) => new Map([...all].filter(([account]) => !answered(account)))
        ),
        dead: Effect.map(read(Reading.dead(store, codec(schema)), []), (all) =>
          all.filter(({ key }) => !answered(groupOf(key)))
        ),
        fate: (id) => read<Fate>(Reading.fate(names[store], id), { _tag: "Unknown" }),
        retry: (id) => change(accountOf(id), (queue) => queue.retry(id)),
        drop: (id) => change(accountOf(id), (queue) => queue.drop(id)),
        offer: (items) => change(groupOf(items[0]?.key ?? ""), (queue) => queue.offer(items))
      }
    }
    return {
      inbox: shelf("inbox", Event, Context.get(Inbox)),
      outbox: shelf("outbox", Message, Context.get(Outbox))
    }
  })
