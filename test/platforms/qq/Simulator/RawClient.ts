import { HttpClient, HttpClientRequest, Socket } from "@effect/platform"
import { Effect, Option, Redacted, Schema, type Scope } from "effect"
import { defaultBot, make, type QQSimulator, type QQSimulatorOptions } from "../../../../src/platforms/qq/Simulator.ts"
import * as MemoryNetwork from "../../../../src/testing/MemoryNetwork.ts"
import { MemoryWebSocket } from "../../../../src/testing/MemoryNetwork/MemoryWebSocket.ts"

export interface Frame {
  readonly op: number
  readonly s?: number
  readonly t?: string
  readonly id?: string
  readonly d?: unknown
}

export type Network = HttpClient.HttpClient | Socket.WebSocketConstructor | Scope.Scope

export const everything = 2139887107
const api = "https://api.sgroup.qq.com"

/** A simulator behind an in-memory network under QQ's own host names. */
export const platform = (options: Partial<QQSimulatorOptions> = {}) =>
  Effect.gen(function* () {
    const simulator = yield* make(options)
    const network = MemoryNetwork.layer({ "bots.qq.com": simulator, "api.sgroup.qq.com": simulator })
    return { simulator, network }
  })

/** Runs a test against a fresh simulator. */
export const withSimulator = <A, E>(
  options: Partial<QQSimulatorOptions>,
  test: (simulator: QQSimulator) => Effect.Effect<A, E, Network>
) =>
  Effect.flatMap(platform(options), ({ network, simulator }) =>
    test(simulator).pipe(Effect.provide(network), Effect.scoped)
  )

/** What the tests read of a body; everything that is not there is undefined. */
const Body = Schema.Struct({
  access_token: Schema.optional(Schema.String),
  expires_in: Schema.optional(Schema.Unknown),
  url: Schema.optional(Schema.String),
  code: Schema.optional(Schema.Int),
  err_code: Schema.optional(Schema.Int),
  trace_id: Schema.optional(Schema.String),
  id: Schema.optional(Schema.String),
  timestamp: Schema.optional(Schema.Unknown),
  session_start_limit: Schema.optional(Schema.Unknown)
})
const readBody = Schema.decodeUnknownOption(Schema.parseJson(Body))

/** One request, and what came of it. */
export const call = (method: "GET" | "POST" | "PUT", path: string, said?: unknown, token?: string) =>
  Effect.gen(function* () {
    const base = HttpClientRequest.make(method)(path.startsWith("http") ? path : `${api}${path}`)
    const request = said === undefined ? base : yield* HttpClientRequest.bodyJson(base, said)
    const authorized = token === undefined ? request : HttpClientRequest.setHeader(request, "authorization", token)
    const response = yield* HttpClient.execute(authorized)
    const text = yield* response.text
    const body = Option.getOrElse(readBody(text), () => Body.make({}))
    return { status: response.status, headers: response.headers, text, body }
  }).pipe(Effect.scoped)

export const askToken = (bot = defaultBot) =>
  call("POST", "https://bots.qq.com/app/getAppAccessToken", {
    appId: bot.appId,
    clientSecret: Redacted.value(bot.secret)
  })

export const getToken = (bot = defaultBot) => Effect.map(askToken(bot), ({ body }) => `QQBot ${body.access_token}`)

/** One line as a client sees it: everything that happened on it, in order. */
export interface Line {
  readonly socket: MemoryWebSocket
  readonly frames: Array<Frame>
  readonly texts: Array<string>
  readonly happened: Array<string>
  readonly closed: () => number | undefined
  readonly send: (frame: unknown) => Effect.Effect<void>
}

const settle = Effect.yieldNow().pipe(Effect.repeatN(20))

export const openAt = Effect.fnUntraced(function* (url: string) {
  const construct = yield* Socket.WebSocketConstructor
  const socket = construct(url)
  if (!(socket instanceof MemoryWebSocket)) return yield* Effect.die("not a line of the network in memory")
  const frames: Array<Frame> = []
  const texts: Array<string> = []
  const happened: Array<string> = []
  let code: number | undefined
  socket.onopen = () => happened.push("open")
  socket.onerror = (event) => happened.push(`error ${event.message}`)
  socket.onmessage = ({ data }) => {
    texts.push(data)
    try {
      frames.push(JSON.parse(data))
    } catch {
      happened.push(`malformed ${data}`)
    }
  }
  socket.onclose = (event) => {
    code = event.code
    happened.push(`close ${event.code}`)
  }
  socket.on("pong", () => happened.push("pong"))
  yield* settle
  yield* Effect.addFinalizer(() => Effect.sync(() => socket.terminate()))
  const send = (frame: unknown) =>
    Effect.zipRight(
      Effect.sync(() => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame))),
      settle
    )
  const line: Line = { socket, frames, texts, happened, closed: () => code, send }
  return line
})

export const open = openAt("wss://api.sgroup.qq.com/websocket")

/** A line that has sent its Identify. */
export const identified = (token: string, intents = everything, shard: unknown = [0, 1]) =>
  Effect.tap(open, (line) => line.send({ op: 2, d: { token, intents, shard } }))

const Ready = Schema.Struct({ session_id: Schema.String })

export const sessionOf = (line: Line): string =>
  Schema.decodeUnknownSync(Ready)(line.frames.find(({ t }) => t === "READY")?.d).session_id

export const resumed = (token: string, session_id: string, seq: number) =>
  Effect.tap(open, (line) => line.send({ op: 6, d: { token, session_id, seq } }))

export const events = (line: Line): ReadonlyArray<string> =>
  line.frames.flatMap(({ op, t }) => (op === 0 && t !== undefined ? [t] : []))

export { settle }

const Spoken = Schema.Struct({ content: Schema.String })

/** The texts of the messages that came, in order. */
export const contents = (line: Line): ReadonlyArray<string> =>
  line.frames.flatMap(({ d }) => {
    const spoken = Option.getOrUndefined(Schema.decodeUnknownOption(Spoken)(d))
    return spoken === undefined ? [] : [spoken.content]
  })

const Failure = Schema.Struct({ cause: Schema.Struct({ code: Schema.String }) })

/** The network's code for a request that got no answer. */
export const causeOf = (failure: unknown): string | undefined =>
  Option.getOrUndefined(Schema.decodeUnknownOption(Failure)(failure))?.cause.code
