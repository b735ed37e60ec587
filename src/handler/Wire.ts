import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { AccountId, conversationKey } from "../domain/Address.ts"
import { Event, MediaKind } from "../domain/Event.ts"
import type { Button, Content, Media } from "../domain/Message.ts"
import { HandlerFailed, type Reply } from "./Handler.ts"

/** An event as what answers outside of this program is given it, version 1: fields may be added to it, none changes its meaning. */
export const Asked = Schema.Struct({
  version: Schema.Literal(1),
  account: AccountId,
  /** where it happened, as a message to it is addressed: `qq:main/c2c:7C0E…` */
  conversation: Schema.String,
  event: Event
})
export type Asked = typeof Asked.Type

export const asked = (event: Event): Asked => ({
  version: 1,
  account: event.conversation.account,
  conversation: conversationKey(event.conversation),
  event
})

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Pressable = Schema.Struct({
  label: Schema.NonEmptyString,
  data: optional(Schema.String),
  url: optional(Schema.NonEmptyString)
}).pipe(
  Schema.filter(({ data, url }) => (data === undefined) !== (url === undefined) || "it wants either data or a url")
)

const Shown = Schema.Struct({
  kind: MediaKind,
  url: optional(Schema.NonEmptyString),
  base64: optional(Schema.Uint8ArrayFromBase64),
  name: optional(Schema.String),
  mediaType: optional(Schema.String)
}).pipe(
  Schema.filter(
    ({ base64, url }) => (base64 === undefined) !== (url === undefined) || "it wants either a url or base64"
  )
)

/** The fields of one thing that is said outside of this program: a reply, a piece of one, or that there is no answer. */
export const fields = {
  text: optional(Schema.String),
  piece: optional(Schema.String),
  format: optional(Schema.Literal("plain", "markdown")),
  media: optional(Shown),
  /** rows of what is pressed (`data`) or opened (`url`) */
  buttons: optional(Schema.Array(Schema.Array(Pressable))),
  error: optional(Schema.NonEmptyString),
  /** of an error: trying again may help */
  retryable: optional(Schema.Boolean),
  /** of an error: nobody is told of it */
  silent: optional(Schema.Boolean)
}

/** One thing that is said outside of this program. */
export const Said = Schema.Struct(fields)
export type Said = typeof Said.Type

const mediaOf = ({ base64, kind, mediaType, name, url }: typeof Shown.Type): Media => ({
  kind,
  source: base64 === undefined ? { _tag: "Url", url: url ?? "" } : { _tag: "Bytes", bytes: base64 },
  ...(name === undefined ? undefined : { name }),
  ...(mediaType === undefined ? undefined : { mediaType })
})

const buttonOf = ({ data, label, url }: typeof Pressable.Type): Button =>
  url === undefined ? { _tag: "Press", label, data: data ?? "" } : { _tag: "Link", label, url }

const contentOf = ({ buttons, format = "plain", media, text = "" }: Said): Content => ({
  text,
  format,
  ...(media === undefined ? undefined : { media: mediaOf(media) }),
  ...(buttons === undefined ? undefined : { buttons: buttons.map((row) => row.map(buttonOf)) })
})

/** What was meant: a reply, that there is no answer, nothing (undefined), or two things at once, in words. */
export const meant = (said: Said): Either.Either<Reply | HandlerFailed | undefined, string> => {
  const { buttons, error, format = "plain", media, piece, retryable = true, silent = false, text } = said
  const whole = text !== undefined || media !== undefined
  const meanings = [whole, piece !== undefined, error !== undefined].filter((present) => present)
  if (meanings.length > 1) return Either.left("it wants one of a text, a piece and an error, not several")
  if (error !== undefined) return Either.right(new HandlerFailed({ cause: error, retryable, silent }))
  if (piece !== undefined) return Either.right({ piece, format })
  if (buttons !== undefined && !whole) return Either.left("it has buttons, and no text for them to stand below")
  return Either.right(whole ? contentOf(said) : undefined)
}

/** JSON, read as this; what is wrong with any that is not, in a few words that repeat nothing of it but the names of fields. */
export const reader = <A, I>(schema: Schema.Schema<A, I>): ((text: string) => Either.Either<A, string>) => {
  const json = Schema.decodeUnknownEither(Schema.parseJson())
  const decode = Schema.decodeUnknownEither(schema, { onExcessProperty: "error" })
  const wrong = (error: ParseResult.ParseError) => {
    const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
    const where = issue?.path.map(String).join(".") ?? ""
    return where === "" ? "it is no JSON object" : `its field ${where} is not as it has to be`
  }
  return (text) =>
    json(text).pipe(
      Either.mapLeft(() => "it is no JSON"),
      Either.flatMap((value) => Either.mapLeft(decode(value), wrong))
    )
}
