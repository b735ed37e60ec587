import * as Context from "effect/Context"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ListenOptions } from "../adapter/Connection.ts"
import { Gateway } from "../gateway/Gateway.ts"
import type { GatewayConfig } from "../gateway/GatewayConfig.ts"
import * as OnPage from "../http/Simulations.ts"
import * as Node from "../node/index.ts"
import * as SimulatorServer from "../node/SimulatorServer.ts"
import * as Answering from "./Control/Answering.ts"
import * as Conversation from "./Conversation.ts"
import * as FreePort from "./FreePort.ts"
import type * as Handlers from "./Handlers.ts"
import { called } from "./Invocation.ts"
import * as Narration from "./Narration.ts"
import { needs } from "./Platforms.ts"
import * as Simulated from "./Simulated.ts"
import * as Simulations from "./Simulations.ts"
import * as Store from "./Store.ts"
import * as StoreUrl from "./StoreUrl.ts"
import * as Terminal from "./Terminal.ts"

type Api = NonNullable<Answering.Settings["api"]>

const address = ({ host, port }: Api): string => `http://${host.includes(":") ? `[${host}]` : host}:${port}/`

const look = (api: Api | undefined): string => (api === undefined ? "" : `\nWatch both at  ${address(api)}\n`)

const welcome = (api: Api | undefined) => `
Holdfast keeps chat bots connected, whatever happens to the line.

No account is configured, so here is a rehearsal: QQ and Telegram, simulated
on local ports, and on each a bot that repeats what it hears, unless you said
what answers. Write to it. Then pull the plug:

  /cut           cut the line; what you write meanwhile is answered all the same
  /down          the platform is gone until /heal; watch it try
  /silence       the worst kind: a dead line that looks alive
  /telegram      talk to the bot on Telegram from here on; /qq goes back
  /help          everything else that can go wrong
${look(api)}
For a bot of your own set ${needs}.
Then: ${called()} check
`

/** A person who pulls plugs for fun is not a platform that keeps kicking us: patience comes back sooner than in earnest. */
const stableAfter = Duration.seconds(2)

/** A simulated platform on a local port, and the bot that is to be connected to it. */
const stage = (row: Simulated.Row, listen: ListenOptions) =>
  Effect.gen(function* () {
    const overheard = yield* Effect.flatMap(row.make("brisk"), Simulations.overhear)
    const { url } = yield* SimulatorServer.serve(overheard.simulated.served)
    return { row, overheard, account: row.account(url, { ...listen, stableAfter }) }
  })

type Stage = Effect.Effect.Success<ReturnType<typeof stage>>

/** Where the rehearsal can be watched: another one that runs beside it is left alone. */
const watched = (api: Api | undefined) => (api === undefined ? Effect.succeed(api) : FreePort.near(api))

/** Connects a bot to every simulated platform, over real sockets, and hands all of it to the person at the terminal. */
export const demo = (options: {
  readonly gateway: GatewayConfig
  readonly listen: ListenOptions
  readonly handler: Handlers.Opened
  readonly answering: Answering.Settings
  readonly json: boolean
}): Effect.Effect<void, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const { qq, telegram } = Simulated.platforms
    const stages = [yield* stage(qq, options.listen), yield* stage(telegram, options.listen)] as const
    const accounts = stages.map(({ account }) => account)
    const terminal = yield* Terminal.open({ ...options, accounts: accounts.map(({ id }) => id) })
    const api = yield* watched(options.answering.api)
    yield* terminal.explain(welcome(api))
    if (api !== undefined && options.json)
      yield* terminal.show("gateway", `it can be watched at ${address(api)}`, { detail: { url: address(api) } })

    const config = { ...options.gateway, stableAfter }
    const store = StoreUrl.StoreUrl.Memory()
    const gateways = Layer.unwrapScoped(
      Effect.map(options.handler, (handler) => Gateway.layer({ accounts, handler, config }))
    )
    const kept = yield* gateways.pipe(
      Layer.provide(Node.layer),
      Layer.provideMerge(Layer.orDie(Store.layer(store))),
      Layer.build
    )
    const gateway = Context.get(kept, Gateway)
    const answering = yield* Answering.open({ ...options.answering, control: undefined, api }, StoreUrl.told(store))
    const simulations = stages.map(({ account: { id }, overheard, row }: Stage) =>
      Simulations.elsewhere(row, id, overheard, terminal)
    )
    yield* Effect.provideService(answering.answer(kept), OnPage.Simulations, new Map(simulations))
    yield* Effect.forkScoped(Narration.narrate(gateway.changes, terminal))
    const room = ({ account: { id }, overheard: { simulated }, row }: Stage): Conversation.Room => ({
      row,
      simulated,
      bot: { account: id, restart: Effect.orDie(gateway.restart(id)) }
    })
    yield* Conversation.run({
      rooms: [room(stages[0]), room(stages[1])],
      terminal,
      status: Effect.flatMap(gateway.statuses, (statuses) =>
        Effect.forEach(statuses, (status) => Narration.tell(status, terminal), { discard: true })
      )
    })
  }).pipe(Effect.scoped)
