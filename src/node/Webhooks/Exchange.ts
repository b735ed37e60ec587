import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Http from "node:http"
import type { WebhookAnswer, WebhookRequest } from "../../adapter/Webhooks.ts"
import type { Routes } from "../../adapter/Webhooks/Routes.ts"

/** Bytes of a body that are read; no platform posts more. */
export const largestBody = 1024 * 1024

/** For how long what is still on its way is thrown away before the line is closed: a line closed too early takes the answer with it. */
const lingerFor = Duration.seconds(1)

class TooLarge extends Data.TaggedError("TooLarge") {}

const headOf = (incoming: Http.IncomingMessage): Omit<WebhookRequest, "body"> => ({
  method: incoming.method ?? "",
  path: incoming.url?.split("?", 1)[0] ?? "",
  headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
})

const bodyOf = (incoming: Http.IncomingMessage): Effect.Effect<Uint8Array, TooLarge> =>
  Effect.async((resume) => {
    const pieces: Array<Buffer> = []
    let size = 0
    const onData = (piece: Buffer) => {
      size += piece.length
      if (size > largestBody) resume(new TooLarge())
      else pieces.push(piece)
    }
    const onEnd = () => resume(Effect.succeed(Buffer.concat(pieces)))
    if (Number(incoming.headers["content-length"]) > largestBody) return resume(new TooLarge())
    incoming.on("data", onData).on("end", onEnd)
    return Effect.sync(() => incoming.off("data", onData).off("end", onEnd))
  })

const reply = (outgoing: Http.ServerResponse, { body = "", headers, status }: WebhookAnswer) =>
  Effect.sync(() => {
    const type = body === "" ? undefined : { "content-type": "application/json" }
    outgoing.writeHead(status, { ...type, ...headers, "content-length": Buffer.byteLength(body) }).end(body)
  })

/** Answers a request of which there may be more to come, and ends its line. */
const turnAway = (
  incoming: Http.IncomingMessage,
  outgoing: Http.ServerResponse,
  { headers, status }: WebhookAnswer
) => {
  const rest = Effect.async<void>((resume) => {
    incoming.once("close", () => resume(Effect.void)).once("end", () => resume(Effect.void))
    incoming.resume()
  })
  return Effect.sync(() => {
    outgoing.writeHead(status, { ...headers, connection: "close", "content-length": 0 }).flushHeaders()
  }).pipe(
    Effect.zipRight(Effect.timeoutOption(rest, lingerFor)),
    Effect.zipRight(Effect.sync(() => void outgoing.end()))
  )
}

/** One request and its answer: what need not be read is not, and what is too long is read no further. */
export const attend = (
  routes: Routes,
  incoming: Http.IncomingMessage,
  outgoing: Http.ServerResponse
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const head = headOf(incoming)
    const refused = routes.refusal(head)
    if (refused !== undefined) return turnAway(incoming, outgoing, refused)
    return bodyOf(incoming).pipe(
      Effect.flatMap((body) => routes.answer({ ...head, body })),
      Effect.flatMap((answer) => reply(outgoing, answer)),
      Effect.catchTag("TooLarge", () => turnAway(incoming, outgoing, { status: 413 }))
    )
  })
