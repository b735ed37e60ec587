import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Net from "node:net"
import * as SimulatorServer from "../node/SimulatorServer.ts"
import * as QQSimulator from "../platforms/qq/Simulator.ts"
import * as Conversation from "./Conversation.ts"
import { called } from "./Invocation.ts"
import { codes, Ended } from "./Process.ts"
import * as Terminal from "./Terminal.ts"

const free = (port: number): Effect.Effect<void, Ended> =>
  Effect.async((resume) => {
    const probe = Net.createServer()
    probe.once("error", (error) => {
      process.stderr.write(`holdfast: port ${port} cannot be served on: ${error.message}; choose another with --port\n`)
      resume(Effect.fail(new Ended(codes.failed)))
    })
    probe.listen(port, "127.0.0.1", () => probe.close(() => resume(Effect.void)))
  })

const welcome = (environment: string) => `
A QQ platform, simulated here. Point a bot at it, in another terminal:

${environment}
  ${called()} run

What you write, the bot hears; /help lists what can go wrong with the platform.
`

/** Shows the lines to the platform as they come and go. */
const watch = (simulator: QQSimulator.QQSimulator, terminal: Terminal.Terminal): Effect.Effect<void> =>
  Effect.suspend(() => {
    let seen: ReadonlyMap<number, string> = new Map()
    return simulator.connections.pipe(
      Effect.flatMap((lines) => {
        const now = new Map(lines.map(({ id, state }) => [id, state] as const))
        const gone = [...seen.keys()].filter((id) => !now.has(id)).map((id) => `line ${id} is gone`)
        const news = [...now]
          .filter(([id, state]) => seen.get(id) !== state)
          .map(([id, state]) => `line ${id} is ${state}`)
        seen = now
        return Effect.forEach([...gone, ...news], (text) => terminal.show("platform", text), { discard: true })
      }),
      Effect.repeat(Schedule.spaced("200 millis"))
    )
  })

/** Serves a simulated QQ platform until the person at the terminal leaves. */
export const qq = ({ json, port }: { readonly json: boolean; readonly port: number }) =>
  Effect.gen(function* () {
    yield* free(port)
    const simulator = yield* QQSimulator.make()
    const { url } = yield* SimulatorServer.serve(simulator, { port })
    const terminal = yield* Terminal.open({ json })
    const { appId, secret } = QQSimulator.defaultBot
    const environment = {
      QQ_APP_ID: appId,
      // the simulated bot's secret opens nothing but this simulator
      QQ_CLIENT_SECRET: Redacted.value(secret),
      QQ_TOKEN_BASE_URL: url,
      QQ_API_BASE_URL: url,
      QQ_ACCESS: "open"
    }
    const lines = Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`)
    yield* terminal.explain(welcome(lines.join("\n")))
    if (json) yield* terminal.show("platform", `a QQ platform is simulated at ${url}`, environment)
    yield* Effect.forkScoped(watch(simulator, terminal))
    yield* Conversation.run({
      simulator,
      terminal,
      status: Effect.flatMap(simulator.connections, (connections) =>
        terminal.show(
          "platform",
          connections.map(({ id, state }) => `line ${id} is ${state}`).join(", ") || "no line is open",
          connections
        )
      )
    })
  }).pipe(Effect.scoped)
