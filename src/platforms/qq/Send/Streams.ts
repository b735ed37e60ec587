import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as Option from "effect/Option"
import { type SendError, unsaid } from "../../../adapter/AdapterError.ts"
import { record, text } from "../../../adapter/Fields.ts"
import type { Content, Message, Receipt, ReplyTo } from "../../../domain/Message.ts"
import { streamedEvery } from "../Capabilities.ts"
import type { Answer } from "../Exchange.ts"
import { sendCode } from "../Protocol/SendCodes.ts"
import type { Rest } from "../Rest.ts"
import { hooked } from "./Body.ts"
import { refused, unanswered } from "./Judgement.ts"

/** Streamed messages have numbers of their own, which no reply has. */
const firstSeq = 2_000_000

/** While it grows, no more of a message is shown than will stay in it when it is parted: that is at least half of it. */
const longest = 2000

/** How many streamed messages are known at once; one that is forgotten cannot go on. */
const known = 10_000

/** A message that is being streamed, as QQ has it. */
interface Stream {
  readonly hook: { readonly msg_seq: number }
  readonly type: Content["format"]
  readonly index: number
  readonly shown: string
  /** an answer was lost, or QQ had enough for a while: it may have counted that step */
  readonly doubtful: boolean
}

/** How many numbers are tried for the last step of a message whose steps nobody has counted. */
const guesses = 30

/** Codes that say nothing of a step's number: what is shown is not what this goes on from. Source: public logs */
const otherText: ReadonlySet<number> = new Set([40007, 40113003])

const states = { grows: 1, ended: 10 } as const

/** Says messages that grow, to a person: QQ adds to a streamed message, and takes nothing back. */
export interface Streams {
  /** Begins one, goes on with the one that it `edits`, or ends that; `again`: it may have arrived before. */
  readonly say: (message: Message, markdown: boolean, again: boolean) => Effect.Effect<Receipt, SendError>
}

/** `path` is where the messages of a conversation are streamed to. */
export const make = (rest: Rest, path: (conversation: string) => string): Streams => {
  const streams = new Map<string, Stream>()

  const put = ({ conversation, content, edits, grows }: Message, { hook, index, type }: Stream) =>
    rest.post(path(conversation.id), {
      input_mode: "replace",
      input_state: grows ? states.grows : states.ended,
      index,
      content_type: type === "markdown" ? "markdown" : "text",
      content_raw: content.text,
      ...(edits === undefined ? undefined : { stream_msg_id: edits }),
      ...hook
    })

  const taken = ({ id: message }: Message, platformId: string): Effect.Effect<Receipt> =>
    Effect.map(Clock.currentTimeMillis, (at) => ({ message, platformId, at }))

  const idOf = ({ body, code, status }: Answer): string | undefined =>
    code === undefined && status < 300 ? text(record(body)["id"]) : undefined

  const judged = (message: Message, answer: Answer) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => refused(message, now, answer))

  const opening = (message: Message, replyTo: ReplyTo, type: Content["format"]): Stream => {
    const hook = { ...hooked(replyTo.anchor), msg_seq: firstSeq + replyTo.ordinal }
    return { hook, type, index: 0, shown: message.content.text, doubtful: false }
  }

  const begin = (message: Message, type: Content["format"]) =>
    Effect.gen(function* () {
      const { replyTo } = message
      if (replyTo === undefined) return yield* unsaid(message, "Rejected", "only an answer can be streamed")
      const stream = opening(message, replyTo, type)
      const answer = yield* Effect.mapError(put(message, stream), unanswered(message))
      const id = idOf(answer)
      if (id === undefined) return yield* judged(message, answer)
      streams.set(id, stream)
      const [oldest] = streams.keys()
      if (streams.size > known && oldest !== undefined) streams.delete(oldest)
      return yield* taken(message, id)
    })

  const goOn = (message: Message, id: string, stream: Stream, again: boolean): Effect.Effect<Receipt, SendError> =>
    Effect.gen(function* () {
      const index = stream.index + 1
      const answer = yield* Effect.mapError(put(message, { ...stream, index }), unanswered(message))
      if (idOf(answer) !== undefined) {
        streams.set(id, { ...stream, index, shown: message.content.text, doubtful: false })
        if (!message.grows) streams.delete(id)
        return yield* taken(message, id)
      }
      const isStuck = sendCode(answer.code)?.action === "unstreamed"
      if (isStuck && stream.doubtful) return yield* goOn(message, id, { ...stream, index, doubtful: false }, again)
      // it goes on no more because it has ended, and it ends with nothing but this
      if (isStuck && again) return yield* taken(message, id)
      return yield* judged(message, answer)
    }).pipe(
      Effect.onError((cause) =>
        Effect.sync(() => {
          const counts = Option.match(Cause.failureOption(cause), {
            onNone: constTrue,
            onSome: ({ reason }) => reason === "Uncertain" || reason === "RateLimited"
          })
          if (counts) streams.set(id, { ...stream, doubtful: true })
        })
      )
    )

  /**
   * Ends a message that an earlier process began, or an earlier adapter. It has gone on no more often than there was time for
   * since the question; a number that QQ has not come to ends it, or is refused, and one that it has passed is never tried
   * before that.
   */
  const endUncounted = (message: Message, id: string, type: Content["format"], again: boolean) =>
    Effect.gen(function* () {
      const { replyTo } = message
      if (replyTo === undefined) return yield* unsaid(message, "Rejected", "it was begun on an earlier connection")
      const stream = opening(message, replyTo, type)
      const passed = (yield* Clock.currentTimeMillis) - replyTo.at
      const last = Math.max(1, Math.ceil(passed / Duration.toMillis(streamedEvery)) + 1)
      for (let index = last; ; index--) {
        const answer = yield* Effect.mapError(put(message, { ...stream, index }), unanswered(message))
        if (idOf(answer) !== undefined) return yield* taken(message, id)
        const isStuck = sendCode(answer.code)?.action === "unstreamed" && !otherText.has(answer.code ?? 0)
        if (isStuck && index > 1 && last - index + 1 < guesses) continue
        if (!isStuck) return yield* judged(message, answer)
        return yield* again
          ? unsaid(message, "Uncertain", "it was being ended when the line broke, and goes on no more", answer.code)
          : unsaid(message, "Rejected", "it was begun on an earlier connection, and goes on no more", answer.code)
      }
    })

  return {
    say: (message, markdown, again) => {
      const { content, edits, grows } = message
      const type = markdown && content.format === "markdown" ? "markdown" : "plain"
      const short = grows ? { ...message, content: { ...content, text: content.text.trimEnd() } } : message
      if (edits === undefined) return begin(short, type)
      const stream = streams.get(edits)
      if (stream === undefined) {
        return grows
          ? unsaid(message, "Rejected", "it was begun on an earlier connection")
          : endUncounted(message, edits, type, again)
      }
      const more = short.content.text.startsWith(stream.shown)
      if (grows && (!more || short.content.text.length > longest)) return taken(message, edits)
      return more
        ? goOn(short, edits, stream, again)
        : unsaid(message, "Rejected", "what was shown of it cannot be taken back")
    }
  }
}
