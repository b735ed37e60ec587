import * as Duration from "effect/Duration"
import * as Context from "effect/Context"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ListenOptions } from "../adapter/Connection.ts"
import { Gateway } from "../gateway/Gateway.ts"
import type { GatewayConfig } from "../gateway/GatewayConfig.ts"
import * as Echo from "../handler/Echo.ts"
import * as Node from "../node/index.ts"
import * as SimulatorServer from "../node/SimulatorServer.ts"
import * as QQ from "../platforms/qq/Adapter.ts"
import * as QQSimulator from "../platforms/qq/Simulator.ts"
import * as Conversation from "./Conversation.ts"
import { called } from "./Invocation.ts"
import * as Narration from "./Narration.ts"
import * as Terminal from "./Terminal.ts"

const welcome = () => `
Holdfast keeps chat bots connected, whatever happens to the line.

No account is configured, so here is a rehearsal: a QQ platform simulated on a local
port, and a bot on it that repeats what it hears. Write to it. Then pull the plug:

  /cut           cut the line; it resumes, and what you write meanwhile is answered
  /down          the platform is gone until /heal; watch it try
  /silence       the worst kind: a dead line that looks alive
  /help          everything else that can go wrong

For a bot of your own set QQ_APP_ID and QQ_CLIENT_SECRET, then: ${called()} check
`

/** A person who pulls plugs for fun is not a platform that keeps kicking us: patience comes back sooner than in earnest. */
const stableAfter = Duration.seconds(2)

/** Connects an echoing bot to a simulated platform, over real sockets, and hands both to the person at the terminal. */
export const demo = (options: {
  readonly gateway: GatewayConfig
  readonly listen: ListenOptions
  readonly json: boolean
}): Effect.Effect<void, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const simulator = yield* QQSimulator.make({ heartbeatInterval: Duration.seconds(5) })
    const { url } = yield* SimulatorServer.serve(simulator)
    const terminal = yield* Terminal.open(options)
    yield* terminal.explain(welcome())

    const account = QQ.account({
      name: "demo",
      appId: QQSimulator.defaultBot.appId,
      clientSecret: QQSimulator.defaultBot.secret,
      access: { _tag: "Open" },
      tokenBaseUrl: url,
      apiBaseUrl: url,
      listen: { ...options.listen, stableAfter }
    })
    const config = { ...options.gateway, stableAfter }
    const layer = Gateway.layerMemory({ accounts: [account], handler: Echo.handler, config })
    const gateway = Context.get(yield* Layer.build(Layer.provide(layer, Node.layer)), Gateway)
    yield* Effect.forkScoped(Narration.narrate(gateway.changes, terminal))
    yield* Conversation.run({
      simulator,
      terminal,
      status: Effect.flatMap(gateway.statuses, (statuses) =>
        Effect.forEach(statuses, (status) => Narration.tell(status, terminal), { discard: true })
      ),
      restart: Effect.orDie(gateway.restart(account.id))
    })
  }).pipe(Effect.scoped)
