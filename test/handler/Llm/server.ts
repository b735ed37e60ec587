import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { Effect, Schema } from "effect"

/** Answers one request of a model's. */
export type Script = (response: ServerResponse) => Promise<void> | void

/** What a test looks at of a request to a model. */
const Body = Schema.Struct({
  model: Schema.String,
  stream: Schema.Boolean,
  system: Schema.optional(Schema.Unknown),
  max_tokens: Schema.optional(Schema.Number),
  messages: Schema.Array(
    Schema.Struct({
      role: Schema.String,
      content: Schema.Unknown,
      tool_call_id: Schema.optional(Schema.String),
      tool_calls: Schema.optional(Schema.Array(Schema.Unknown))
    })
  ),
  tools: Schema.optional(Schema.Array(Schema.Unknown))
})
const decode = Schema.decodeUnknownSync(Schema.parseJson(Body))

export interface Asked {
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: typeof Body.Type
}

const read = async (request: IncomingMessage): Promise<string> => {
  let body = ""
  for await (const piece of request) body += String(piece)
  return body
}

/** A server that answers one request after the other as it is told, and records what it was asked. */
export const serve = Effect.gen(function* () {
  const scripts: Array<Script> = []
  const asked: Array<Asked> = []
  const server = yield* Effect.acquireRelease(
    Effect.async<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => {
        void read(request).then(async (body) => {
          asked.push({ path: request.url ?? "", headers: request.headers, body: decode(body) })
          await (scripts.shift() ?? status(500))(response)
        })
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}/v1`, port, scripts, asked }
})

const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`

const chunk = (delta: object, finish: string | null = null): string =>
  event({ id: "c1", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })

const begin = (response: ServerResponse): void => {
  response.writeHead(200, { "content-type": "text/event-stream" })
}

/** Says some tokens, with this pause between them, and how it came to its end. */
export const says =
  (tokens: ReadonlyArray<string>, finish = "stop", pause = 0): Script =>
  async (response) => {
    begin(response)
    response.write(`: OPENROUTER PROCESSING\n\n${chunk({ role: "assistant", content: "" })}`)
    for (const content of tokens) {
      response.write(chunk({ content }))
      await sleep(pause)
    }
    response.end(
      `${chunk({}, finish)}${event({ id: "c1", choices: [], usage: { total_tokens: 9 } })}${event("[DONE]")}`
    )
  }

/** Says some tokens and then `rest`, letter for letter; the line is cut or stays open after that. */
export const breaks =
  (tokens: ReadonlyArray<string>, after: { readonly rest?: string; readonly cut: boolean }): Script =>
  async (response) => {
    begin(response)
    for (const content of tokens) response.write(chunk({ content }))
    response.write(after.rest ?? "")
    await sleep(20)
    if (after.cut) response.destroy()
  }

/** Refuses. */
export const status =
  (code: number, error: object = {}, headers: Readonly<Record<string, string>> = {}): Script =>
  (response) => {
    response.writeHead(code, { "content-type": "application/json", ...headers })
    response.end(JSON.stringify({ error }))
  }

/** Calls a tool, in pieces. */
export const calls =
  (name: string, given: string): Script =>
  (response) => {
    begin(response)
    response.write(chunk({ content: "Let me look." }))
    response.write(
      chunk({ tool_calls: [{ index: 0, id: "call_1", function: { name, arguments: given.slice(0, 3) } }] })
    )
    response.write(chunk({ tool_calls: [{ index: 0, function: { arguments: given.slice(3) } }] }))
    response.end(`${chunk({}, "tool_calls")}${event("[DONE]")}`)
  }

const named = (data: { readonly type: string; readonly [field: string]: unknown }): string =>
  `event: ${data.type}\n${event(data)}`

/** Says some tokens as Anthropic's messages have it: to their end, or cut off after them. */
export const messages =
  (tokens: ReadonlyArray<string>, isCut = false): Script =>
  async (response) => {
    begin(response)
    const usage = {
      input_tokens: 9,
      output_tokens: 1,
      cache_creation_input_tokens: null,
      cache_read_input_tokens: null
    }
    const message = { id: "m1", type: "message", role: "assistant", content: [], model: "claude-test", usage }
    response.write(named({ type: "message_start", message: { ...message, stop_reason: null, stop_sequence: null } }))
    response.write(
      named({ type: "content_block_start", index: 0, content_block: { type: "text", text: "", citations: null } })
    )
    response.write(named({ type: "ping" }))
    for (const text of tokens)
      response.write(named({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }))
    await sleep(20)
    if (isCut) return void response.destroy()
    response.write(named({ type: "content_block_stop", index: 0 }))
    response.write(
      named({
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: 2 }
      })
    )
    response.end(named({ type: "message_stop" }))
  }
