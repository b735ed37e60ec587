import * as Context from "effect/Context"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ListenOptions } from "../adapter/Connection.ts"
import { Gateway } from "../gateway/Gateway.ts"
import type { GatewayConfig } from "../gateway/GatewayConfig.ts"
import * as Echo from "../handler/Echo.ts"
import * as Node from "../node/index.ts"
import * as SimulatorServer from "../node/SimulatorServer.ts"
import * as Conversation from "./Conversation.ts"
import { called } from "./Invocation.ts"
import * as Narration from "./Narration.ts"
import { needs } from "./Platforms.ts"
import * as Simulated from "./Simulated.ts"
import * as Terminal from "./Terminal.ts"

const welcome = () => `
Holdfast keeps chat bots connected, whatever happens to the line.

No account is configured, so here is a rehearsal: QQ and Telegram, simulated on local
ports, and on each a bot that repeats what it hears. Write to it. Then pull the plug:

  /cut           cut the line; what you write meanwhile is answered all the same
  /down          the platform is gone until /heal; watch it try
  /silence       the worst kind: a dead line that looks alive
  /telegram      from here on it is the bot on Telegram that hears you; /qq goes back
  /help          everything else that can go wrong

For a bot of your own set ${needs}.
Then: ${called()} check
`

/** A person who pulls plugs for fun is not a platform that keeps kicking us: patience comes back sooner than in earnest. */
const stableAfter = Duration.seconds(2)

/** A simulated platform on a local port, and the bot that is to be connected to it. */
const stage = (row: Simulated.Row, listen: ListenOptions) =>
  Effect.gen(function* () {
    const simulated = yield* row.make("brisk")
    const { url } = yield* SimulatorServer.serve(simulated.served)
    return { row, simulated, account: row.account(url, { ...listen, stableAfter }) }
  })

/** Connects an echoing bot to every simulated platform, over real sockets, and hands all of it to the person at the terminal. */
export const demo = (options: {
  readonly gateway: GatewayConfig
  readonly listen: ListenOptions
  readonly json: boolean
}): Effect.Effect<void, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const { qq, telegram } = Simulated.platforms
    const stages = [yield* stage(qq, options.listen), yield* stage(telegram, options.listen)] as const
    const accounts = stages.map(({ account }) => account)
    const terminal = yield* Terminal.open({ ...options, accounts: accounts.map(({ id }) => id) })
    yield* terminal.explain(welcome())

    const config = { ...options.gateway, stableAfter }
    const layer = Gateway.layerMemory({ accounts, handler: Echo.handler, config })
    const gateway = Context.get(yield* Layer.build(Layer.provide(layer, Node.layer)), Gateway)
    yield* Effect.forkScoped(Narration.narrate(gateway.changes, terminal))
    const room = ({ account: { id }, row, simulated }: (typeof stages)[number]): Conversation.Room => ({
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
