import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Survey from "../../delivery/SqlStore/Survey.ts"
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
import { ask, type Desk } from "./Desk.ts"
import * as Folders from "./Folders.ts"
import * as Stored from "./Stored.ts"

/** Everybody who can be asked, and the store that the environment names, in words. */
export interface Desks {
  readonly desks: ReadonlyArray<Desk>
  readonly store: string
}

const config = Config.all({ folders: Folders.config, store: StoreUrl.config })

/** How long a process may take to say who it is; one that does not is left out, with a warning. */
const greeting = Duration.seconds(5)

/** The process that listens at an address, if its store is this one. */
const running = (address: string, store: string): Effect.Effect<Option.Option<Desk>, Ended, Scope.Scope> =>
  Effect.gen(function* () {
    const client = yield* Effect.flatMap(ControlSocket.client(address), Client.make)
    const greeted = yield* Effect.option(Effect.timeout(client.process.show({}), greeting))
    if (Option.isNone(greeted)) {
      process.stderr.write(`holdfast: the process that listens at ${address} does not say who it is, and is left out\n`)
      return Option.none()
    }
    const { value } = greeted
    if (value.store !== store) return Option.none()
    const name = `process ${value.pid}`
    const statuses = yield* ask({ name }, client.accounts.list({}))
    return Option.some({
      name,
      process: value,
      accounts: new Map(statuses.map((status) => [status.account, status])),
      client
    })
  })

/** This process, over a store that no other answers for; none where there is no store, so that looking makes nothing. */
const ourselves = (
  url: StoreUrl.StoreUrl,
  { makes }: { readonly makes: boolean }
): Effect.Effect<Option.Option<Desk>, Ended, Scope.Scope> =>
  Effect.gen(function* () {
    if (url._tag === "Memory") return Option.none()
    const name = StoreUrl.told(url)
    const version = yield* Beside.use(url, Survey.version).pipe(
      Effect.catchTag("Absent", () => Effect.succeed(0)),
      Effect.catchAll((why) => Session.fail([`${name} cannot be opened: ${Store.reason(why)}`]))
    )
    if (version === 0 && !makes) return Option.none()
    const options = {
      process: { pid: process.pid, since: 0, store: name },
      platforms: platforms.map(({ traits }) => traits)
    }
    const app = yield* Effect.provide(Server.app, Control.layerStopped(options, yield* Stored.shelves(url)))
    const client = yield* Client.make(Client.direct(app))
    return Option.some({ name, process: undefined, accounts: new Map(), client })
  })

const opened = (options: {
  readonly makes: boolean
}): Effect.Effect<Desks, ConfigError.ConfigError | Ended, Scope.Scope> =>
  Effect.gen(function* () {
    const { folders, store: url } = yield* config
    const store = StoreUrl.told(url)
    const addresses = yield* ControlSocket.live(folders)
    const found = yield* Effect.forEach(addresses, (address) => running(address, store), { concurrency: "unbounded" })
    const desks = found.flatMap(Option.toArray)
    return { store, desks: desks.length > 0 ? desks : Option.toArray(yield* ourselves(url, options)) }
  })

/** Everybody who has what the environment's store keeps: the processes that run, or else we ourselves. */
export const open = opened({ makes: false })

/** The same for what is to be kept: a store that is not there yet is made. */
export const openToKeep = opened({ makes: true })
