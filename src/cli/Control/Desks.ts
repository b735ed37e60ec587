import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { hostname } from "node:os"
import type { Owner } from "../../delivery/Lease.ts"
import * as Leases from "../../delivery/Leases.ts"
import * as Reading from "../../delivery/SqlStore/Reading.ts"
import * as Survey from "../../delivery/SqlStore/Survey.ts"
import type { AccountId } from "../../domain/Address.ts"
import type { AccountStatus } from "../../gateway/Status.ts"
import type { Entry } from "../../gateway/Timeline.ts"
import * as Rows from "../../gateway/Timeline/Rows.ts"
import * as Client from "../../http/Client.ts"
import { Control } from "../../http/Control.ts"
import * as Server from "../../http/Server.ts"
import * as ControlSocket from "../../node/ControlSocket.ts"
import * as Beside from "../Beside.ts"
import { platforms } from "../Platforms.ts"
import type { Ended } from "../Process.ts"
import * as Session from "../Session.ts"
import * as Store from "../Store.ts"
import * as StoreUrl from "../StoreUrl.ts"
import { ask, type Desk, handlersOf } from "./Desk.ts"
import * as Folders from "./Folders.ts"
import * as Stored from "./Stored.ts"

/** Everybody who can be asked, and the store that the environment names, in words. */
export interface Desks {
  readonly desks: ReadonlyArray<Desk>
  readonly store: string
  /** the accounts that the store has had to do with, and who has each or did not let go of it */
  readonly owners: Owners
  /** what the store tells of what became of an account; nothing where it cannot be read */
  readonly past: (account: AccountId) => Effect.Effect<Past>
}

/** What a store tells of what became of an account. */
export interface Past {
  /** its timeline, the oldest first */
  readonly entries: ReadonlyArray<Entry>
  /** when whoever has it was last known to live */
  readonly lived: number | undefined
}

const config = Config.all({ folders: Folders.config, store: StoreUrl.config })

/** How long a process may take to say who it is; one that does not is left out, with a warning. */
const greeting = Duration.seconds(5)

/** Whose the accounts of a store are, as far as that is known. */
export type Owners = ReadonlyMap<string, Option.Option<Owner>>

/**
 * The process that listens at an address, if it keeps this store. `owners` says what is its, where the store tells that. One
 * that does not answer is left out: `quiet` does so without a word.
 */
const running = (
  address: string,
  store: string,
  owners: Owners | undefined,
  quiet: boolean
): Effect.Effect<Option.Option<Desk>, Ended, Scope.Scope> =>
  Effect.gen(function* () {
    const http = yield* ControlSocket.client(address)
    const client = yield* Client.make(http)
    const greeted = yield* Effect.either(Effect.timeout(client.process.show({}), greeting))
    if (Either.isLeft(greeted)) {
      const does = greeted.left._tag === "NotReady" ? "is starting or stopping" : "does not say who it is"
      if (!quiet) process.stderr.write(`holdfast: the process that listens at ${address} ${does}, and is left out\n`)
      return Option.none<Desk>()
    }
    const value = greeted.right
    const owns = (account: string) =>
      Option.exists(owners?.get(account) ?? Option.none(), ({ control }) => control === address)
    if (value.store !== store && ![...(owners?.keys() ?? [])].some(owns)) return Option.none<Desk>()
    const name = `process ${value.pid}`
    const list = client.accounts.list({})
    const statuses = yield* quiet ? Effect.option(Effect.timeout(list, greeting)) : Effect.asSome(ask({ name }, list))
    if (Option.isNone(statuses)) return Option.none<Desk>()
    const accounts = new Map<string, AccountStatus>(statuses.value.map((status) => [status.account, status]))
    const has = owners === undefined ? (account: string) => accounts.has(account) : owns
    const handlers = yield* handlersOf(client)
    return Option.some<Desk>({ name, process: value, accounts, handlers, has, client, http })
  })

/** This process, over what a store keeps of the accounts for which nobody else is asked. */
const ourselves = (url: Beside.Shared, others: ReadonlyArray<Desk>): Effect.Effect<Desk, never, Scope.Scope> =>
  Effect.gen(function* () {
    const name = StoreUrl.told(url)
    const options = {
      process: { pid: process.pid, since: 0, store: name },
      platforms: platforms.map(({ traits }) => traits)
    }
    const answered = (account: string) => others.some(({ has }) => has(account))
    const shelves = yield* Stored.shelves(url, answered)
    const app = yield* Effect.provide(Server.app, Control.layerStopped(options, shelves))
    const http = Client.direct(app)
    const client = yield* Client.make(http)
    const has = (account: string) => !answered(account)
    return { name, process: undefined, accounts: new Map(), handlers: [], has, client, http }
  })

/** The addresses of this machine at which somebody listens who may keep the store. */
const addresses = (folders: Folders.Folders, owners: Owners): Effect.Effect<ReadonlyArray<string>> => {
  const told = [...owners.values()].flatMap(
    Option.match({
      onNone: () => [],
      onSome: ({ control, host }) => (control === undefined || host.name !== hostname() ? [] : [control])
    })
  )
  return Effect.zipWith(
    ControlSocket.live(folders),
    Effect.filter(new Set(told), ControlSocket.isLive, { concurrency: "unbounded" }),
    (found, owning) => [...new Set([...found, ...owning])]
  )
}

/** What a store tells of itself beside whoever has it open; its version is 0 where there is none yet. */
const look = (url: Beside.Shared) =>
  Beside.use(url, Effect.all({ version: Survey.understood, owners: Reading.owners })).pipe(
    Effect.catchTag("Absent", () => Effect.succeed({ version: 0, owners: new Map() }))
  )

const forgotten: Past = { entries: [], lived: undefined }

const pastIn =
  (url: StoreUrl.StoreUrl): Desks["past"] =>
  (account) =>
    url._tag === "Memory"
      ? Effect.succeed(forgotten)
      : Beside.use(url, Effect.all([Reading.entries(account), Reading.ownedUntil(account)])).pipe(
          Effect.flatMap(([rows, until]) =>
            Effect.map(Rows.decode(account, rows), (entries) => ({
              entries,
              lived: until === undefined ? undefined : until - Duration.toMillis(Leases.defaults.lasts)
            }))
          ),
          Effect.orElseSucceed(() => forgotten)
        )

const opened = ({
  makes = false,
  quiet = false
}: {
  readonly makes?: boolean
  readonly quiet?: boolean
}): Effect.Effect<Desks, ConfigError.ConfigError | Ended, Scope.Scope> =>
  Effect.gen(function* () {
    const { folders, store: url } = yield* config
    const store = StoreUrl.told(url)
    const found = url._tag === "Memory" ? undefined : yield* Effect.either(look(url))
    const owners = found?._tag === "Right" ? found.right.owners : undefined
    const told = { store, owners: owners ?? new Map(), past: pastIn(url) }
    const processes = yield* Effect.flatMap(
      addresses(folders, owners ?? new Map()),
      Effect.forEach((address) => running(address, store, owners, quiet), { concurrency: "unbounded" })
    )
    const desks = processes.flatMap(Option.toArray)
    if (url._tag === "Memory" || found === undefined) return { ...told, desks }
    if (found._tag === "Left") {
      // whoever has it open may know more of it than can be seen from here
      if (desks.length > 0) return { ...told, desks }
      return yield* Session.fail([`${store} cannot be opened: ${Store.reason(found.left)}`])
    }
    if (found.right.version === 0 && !makes) return { ...told, desks }
    const own = yield* ourselves(url, desks)
    const rest = makes || desks.length === 0 ? [] : yield* ask(own, own.client.queues.depths({}))
    return { ...told, desks: makes || desks.length === 0 || rest.length > 0 ? [...desks, own] : desks }
  })

/** Everybody who has what the environment's store keeps: the processes that run, and we ourselves of what is nobody's. */
export const open = opened({})

/** The same for who asks again and again: a process that does not answer just now is left out without a word. */
export const openQuietly = opened({ quiet: true })

/** The same for what is to be kept: a store that is not there yet is made. */
export const openToKeep = opened({ makes: true })
