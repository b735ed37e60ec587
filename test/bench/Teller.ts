// A gateway over an SQLite file, whose handler answers as a model does: a first word after a while, and then one after the other.
import { Effect, Layer, Logger, LogLevel, Redacted, Schedule, Stream } from "effect"
import { Budget } from "../../src/adapter/Budget.ts"
import { Stability } from "../../src/adapter/Stability.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { type Handler, piece } from "../../src/handler/Handler.ts"
import * as Node from "../../src/node/index.ts"
import * as QQ from "../../src/platforms/qq/Adapter.ts"
import { kept } from "../gateway/kept.ts"
import { tell } from "./Stage.ts"

/** What this program tells when it is asked. */
export interface Told {
  readonly connected: number
  /** by person, milliseconds that the handler itself took to its first word */
  readonly first: ReadonlyArray<readonly [person: string, took: number]>
  /** megabytes */
  readonly heap: number
  readonly resident: number
  /** seconds of CPU since the last time */
  readonly cpu: number
}

const [port, bots, words, file = "", every] = process.argv.slice(2)
const span = `${Number(every)} millis` as const
const first = new Map<string, number>()

const handler: Handler = (event) => {
  if (event._tag !== "MessageReceived") return Stream.empty
  const began = performance.now()
  const rest = Stream.schedule(Stream.range(2, Number(words)), Schedule.spaced(span))
  const word = Effect.map(Effect.sleep(span), () => {
    first.set(event.text, performance.now() - began)
    return 1
  })
  return Stream.map(Stream.concat(word, rest), (n) => piece(`word ${n} `, "plain"))
}

const accounts = Array.from({ length: Number(bots) }, (_, n) =>
  QQ.account({
    name: `bot${n}`,
    appId: `${n}`,
    clientSecret: Redacted.make("bench"),
    access: { _tag: "Open" },
    tokenBaseUrl: `http://127.0.0.1:${port}`,
    apiBaseUrl: `http://127.0.0.1:${port}`
  })
)

const stores = Layer.mergeAll(kept(Sqlite.layer(file)), Budget.layerMemory, Stability.layer)

Effect.gen(function* () {
  const gateway = yield* Gateway
  let before = process.cpuUsage()
  process.on("message", () => {
    globalThis.gc?.()
    const { heapUsed, rss } = process.memoryUsage()
    const cpu = process.cpuUsage(before)
    before = process.cpuUsage()
    const statuses = Effect.runSync(gateway.statuses)
    tell({
      connected: statuses.filter(({ state }) => state._tag === "Connected").length,
      first: [...first],
      heap: heapUsed / 1e6,
      resident: rss / 1e6,
      cpu: (cpu.user + cpu.system) / 1e6
    } satisfies Told)
  })
  tell({})
  return yield* Effect.never
}).pipe(
  Effect.provide(
    Gateway.layer({ accounts, handler, config: { concurrency: 1024, typing: false } }).pipe(
      Layer.provide(stores),
      Layer.provide(Node.layer)
    )
  ),
  Logger.withMinimumLogLevel(LogLevel.Error),
  Effect.runPromise
)
