import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Net from "node:net"
import * as SimulatorServer from "../node/SimulatorServer.ts"
import * as Conversation from "./Conversation.ts"
import { called } from "./Invocation.ts"
import { codes, Ended } from "./Process.ts"
import { platforms, type Row, type Simulated } from "./Simulated.ts"
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

const welcome = (title: string, environment: Readonly<Record<string, string>>) => `
${title}, simulated here. Point a bot at it, in another terminal:

${Object.entries(environment)
  .map(([name, value]) => `  export ${name}=${value}`)
  .join("\n")}
  ${called()} run

What you write, the bot hears; /help lists what can go wrong with the platform.
`

/** How often it is looked whether the bot is there, and how often in a row it must be missed to be gone. */
const glance = { every: "200 millis", missed: 5 } as const

/** Shows the bot's lines as they come and go; a poll that follows upon another is the same line. */
const watch = ({ lines }: Row, { connections }: Simulated, terminal: Terminal.Terminal): Effect.Effect<void> =>
  Effect.suspend(() => {
    const seen = new Map<string, { state: string; missed: number }>()
    return connections.pipe(
      Effect.map((open) => {
        const now = lines(open)
        const news = [...now].flatMap(([line, state]) => {
          const before = seen.get(line)?.state
          seen.set(line, { state, missed: 0 })
          return before === state ? [] : [`${line} is ${state}`]
        })
        const gone = [...seen].flatMap(([line, last]) => {
          if (now.has(line) || ++last.missed < glance.missed) return []
          seen.delete(line)
          return [`${line} is gone`]
        })
        return [...gone, ...news]
      }),
      Effect.flatMap(Effect.forEach((text) => terminal.show("platform", text), { discard: true })),
      Effect.repeat(Schedule.spaced(glance.every))
    )
  })

/** Serves a simulated platform until the person at the terminal leaves. */
export const simulate = (
  name: keyof typeof platforms,
  { json, port }: { readonly json: boolean; readonly port: number }
) =>
  Effect.gen(function* () {
    yield* free(port)
    const row: Row = platforms[name]
    const simulated = yield* row.make("earnest")
    const { url } = yield* SimulatorServer.serve(simulated.served, { port })
    const terminal = yield* Terminal.open({ json })
    const environment = row.environment(url)
    yield* terminal.explain(welcome(row.title, environment))
    if (json) yield* terminal.show("platform", `${row.title} is simulated at ${url}`, { detail: environment })
    yield* Effect.forkScoped(watch(row, simulated, terminal))
    yield* Conversation.run({
      rooms: [{ row, simulated }],
      terminal,
      status: Effect.flatMap(simulated.connections, (connections) => {
        const lines = Array.from(row.lines(connections), ([line, state]) => `${line} is ${state}`)
        return terminal.show("platform", lines.join(", ") || "no bot is there", { detail: connections })
      })
    })
  }).pipe(Effect.scoped)
