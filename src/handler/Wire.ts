import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { AccountId, conversationKey, platformOf } from "../domain/Address.ts"
import * as Base64 from "../domain/Base64.ts"
import { Event, MediaKind } from "../domain/Event.ts"
import { type Button, Content, type Media } from "../domain/Message.ts"
import { piece, type Reply } from "./Handler.ts"

/** The version of what is told: it grows when a field changes its meaning or goes, not when one comes along. */
export const version = 1

/** What a program outside this process is told of an event. */
export const Told = Schema.Struct({
  version: Schema.Literal(version),
  /** which try this is: 1 for the first, and one more after each that failed, but for those that found who answers away */
  attempt: Schema.Int,
  account: AccountId,
  platform: Schema.String,
  /** where it happened, as the API's send takes it: `qq:main/c2c:7C0E…` */
  conversation: Schema.String,
  event: Event
})
export type Told = typeof Told.Type

const encode = Schema.encodeSync(Schema.parseJson(Told))

/** An event, and which try at it this is, as one line of JSON of the form `Told`. */
export const told = (event: Event, attempt: number): string => {
  const { account } = event.conversation
  return encode({
    version,
    attempt,
    account,
    platform: platformOf(account),
    conversation: conversationKey(event.conversation),
    event
  })
}

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const ShownThere = Schema.Struct({
  kind: MediaKind,
  url: maybe(Schema.String),
  base64: maybe(Base64.Bytes),
  name: maybe(Schema.String),
  mediaType: maybe(Schema.String)
}).pipe(
  Schema.filter(({ base64, url }) => (base64 === undefined) !== (url === undefined) || "it wants either url or base64")
)

const PressedThere = Schema.Struct({
  label: Schema.NonEmptyString,
  data: maybe(Schema.String),
  url: maybe(Schema.NonEmptyString)
}).pipe(Schema.filter(({ data, url }) => (data === undefined) !== (url === undefined) || "it wants either data or url"))

const format = Schema.optionalWith(Content.fields.format, { default: () => "plain" as const })

const Whole = Schema.Struct({
  text: maybe(Schema.String),
  format,
  media: maybe(ShownThere),
  buttons: maybe(Schema.Array(Schema.Array(PressedThere)))
}).pipe(
  Schema.filter(({ media, text }) => text !== undefined || media !== undefined || "it wants text, or media to show")
)

const Growing = Schema.Struct({ piece: Schema.String, format })

const readWhole = Schema.decodeUnknownEither(Whole)
const readGrowing = Schema.decodeUnknownEither(Growing)

const mediaOf = ({ base64, url, ...rest }: typeof ShownThere.Type): Media => ({
  ...rest,
  source: base64 === undefined ? { _tag: "Url", url: url ?? "" } : { _tag: "Bytes", bytes: base64 }
})

const buttonOf = ({ data, label, url }: typeof PressedThere.Type): Button =>
  data === undefined ? { _tag: "Link", label, url: url ?? "" } : { _tag: "Press", label, data }

const contentOf = ({ buttons, format, media, text = "" }: typeof Whole.Type): Content => ({
  text,
  format,
  ...(media && { media: mediaOf(media) }),
  ...(buttons && { buttons: buttons.map((row) => row.map(buttonOf)) })
})

/** What is quoted of an answer that is not understood. */
const quoted = 200

const shortened = (text: string): string => (text.length > quoted ? `${text.slice(0, quoted)}…` : text)

const wrong = (error: ParseResult.ParseError): string => {
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  const path = first?.path.join(".") ?? ""
  return shortened(`${path === "" ? "" : `${path}: `}${first?.message ?? "it is not understood"}`)
}

/** A whole reply that would say nothing. */
const blank = ({ media, text }: Content): boolean => media === undefined && text.trim() === ""

/**
 * One reply that a program outside gives: `{"text": …}`, perhaps with `format`, `media` and `buttons`, or `{"piece": …}` of one
 * that grows. One that would say nothing is undefined; what is wrong with any other is said in one line.
 */
export const reply = (given: unknown): Either.Either<Reply | undefined, string> => {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return Either.left(
      `it wants a reply, such as {"text": "hello"}, and got ${shortened(JSON.stringify(given) ?? "nothing")}`
    )
  if ("piece" in given)
    return Either.mapBoth(readGrowing(given), {
      onLeft: wrong,
      onRight: (growing) => piece(growing.piece, growing.format)
    })
  return Either.mapBoth(readWhole(given), {
    onLeft: wrong,
    onRight: (whole) => {
      const content = contentOf(whole)
      return blank(content) ? undefined : content
    }
  })
}

const parsed = Schema.decodeUnknownEither(Schema.parseJson())

/** JSON, or what is wrong with it. */
export const json = (text: string): Either.Either<unknown, string> =>
  Either.mapLeft(parsed(text), () => `it wants JSON, and got ${shortened(text)}`)

/** One reply that is written as JSON, as `reply` says. */
export const line = (text: string): Either.Either<Reply | undefined, string> => Either.flatMap(json(text), reply)
