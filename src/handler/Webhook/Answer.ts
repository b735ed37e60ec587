import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { decode } from "../../adapter/EventStream.ts"
import { isPiece, markdown, plain, type Reply } from "../Handler.ts"
import * as Wire from "../Wire.ts"

/** What came of reading an answer; one that is not understood is not asked for again. */
export class Unread extends Data.TaggedError("Unread")<{ readonly cause: string; readonly retryable: boolean }> {}

/** How much of an answer is taken. */
export interface Bounds {
  /** nothing of it may come for so long */
  readonly silence: Duration.Duration
  /** bytes in all */
  readonly largest: number
}

type Bytes = Stream.Stream<Uint8Array, Unread>
type Replies = Stream.Stream<Reply, Unread>

const malformed = (what: string) => (why: string) =>
  new Unread({ cause: `${what} is not understood: ${why}`, retryable: false })

const wholeText = (bytes: Bytes): Effect.Effect<string, Unread> =>
  Stream.runFold(Stream.decodeText(bytes, "utf-8"), "", (text, piece) => text + piece)

/** Nothing is said before all of it is understood. */
const whole =
  (read: (text: string) => Effect.Effect<ReadonlyArray<Reply>, Unread>) =>
  (bytes: Bytes): Replies =>
    Stream.unwrap(
      Effect.map(
        Effect.flatMap(wholeText(bytes), (text) => (text.trim() === "" ? Effect.succeed([]) : read(text))),
        Stream.fromIterable
      )
    )

const several = (text: string): Effect.Effect<ReadonlyArray<Reply>, Unread> =>
  Effect.gen(function* () {
    const given = yield* Either.mapLeft(Wire.json(text), malformed("the answer"))
    const items: ReadonlyArray<unknown> = Array.isArray(given) ? given : [given]
    const replies = yield* Effect.forEach(items, (item, index) =>
      Either.mapLeft(
        Wire.reply(item),
        malformed(items.length === 1 ? "the answer" : `reply ${index + 1} of the answer`)
      )
    )
    return replies.filter((reply) => reply !== undefined)
  })

const streamed = (texts: Stream.Stream<string, Unread>, what: string): Replies =>
  texts.pipe(
    Stream.filter((text) => text.trim() !== ""),
    Stream.mapEffect((text) => Either.mapLeft(Wire.line(text), malformed(what))),
    Stream.filter((reply) => reply !== undefined)
  )

/** Some servers end their event streams in this way, as models' do; nothing behind it is read. */
const done = "[DONE]"

/** Events that are called something else are none of ours. */
const events = (bytes: Bytes): Replies =>
  streamed(
    bytes.pipe(
      decode,
      Stream.filter(({ event }) => event === "message"),
      Stream.map(({ data }) => data.trim()),
      Stream.takeWhile((data) => data !== done)
    ),
    "an event of the answer"
  )

const lines = (bytes: Bytes): Replies =>
  streamed(bytes.pipe(Stream.decodeText("utf-8"), Stream.splitLines), "a line of the answer")

/** By media type. */
const readers: Readonly<Record<string, (bytes: Bytes) => Replies>> = {
  "application/json": whole(several),
  "application/x-ndjson": lines,
  "application/ndjson": lines,
  "application/jsonl": lines,
  "text/event-stream": events,
  "text/plain": whole((text) => Effect.succeed([plain(text)])),
  "text/markdown": whole((text) => Effect.succeed([markdown(text)]))
}

const bounded = (bytes: Stream.Stream<Uint8Array, unknown>, { largest, silence }: Bounds): Bytes =>
  Stream.suspend(() => {
    let taken = 0
    const late = () =>
      new Unread({ cause: `nothing of the answer came for ${Duration.format(silence)}`, retryable: true })
    return bytes.pipe(
      Stream.mapError(() => new Unread({ cause: "the answer was cut off", retryable: true })),
      Stream.timeoutFail(late, silence),
      Stream.tap((piece) => {
        taken += piece.length
        return taken > largest
          ? new Unread({ cause: `the answer is larger than ${largest / 1e6} MB`, retryable: false })
          : Effect.void
      })
    )
  })

/** Nobody reads more than so many messages in answer to one; pieces of one that grows do not count. */
export const mostReplies = 100

const few = (replies: Replies): Replies =>
  Stream.suspend(() => {
    let count = 0
    return Stream.tap(replies, (reply) => {
      if (!isPiece(reply)) count += 1
      return count > mostReplies
        ? new Unread({ cause: `the answer has more than ${mostReplies} replies`, retryable: false })
        : Effect.void
    })
  })

/** What says nothing need not say how; anything else is not understood. */
const unknown =
  (type: string) =>
  (bytes: Bytes): Replies => {
    const why = `it wants ${Object.keys(readers).join(", ")} as content-type, and got ${type.slice(0, 100)}`
    return Stream.drain(Stream.tap(bytes, (piece) => (piece.length === 0 ? Effect.void : malformed("the answer")(why))))
  }

/**
 * The replies in an answer: a whole one is understood as a whole before anything of it is said, one that is streamed says each
 * as it comes. One without a body says nothing, and so does 202: what is said later is said by the API.
 */
export const replies = (response: HttpClientResponse.HttpClientResponse, bounds: Bounds): Replies => {
  const { headers, status } = response
  if (status === 202 || status === 204 || status === 205 || headers["content-length"] === "0") return Stream.empty
  const encoding = headers["content-encoding"] ?? "identity"
  if (encoding !== "identity")
    return Stream.fail(malformed("the answer")(`it is compressed (${encoding.slice(0, 100)})`))
  const [type = ""] = (headers["content-type"] ?? "none").toLowerCase().split(";")
  const reader = readers[type.trim()] ?? unknown(type)
  return few(reader(bounded(response.stream, bounds)))
}
