import { Schema } from "effect"

/** What a bot writes, one JSON object a line. */
export const Asked = Schema.Union(
  /** who it is, and the number of the last message that it has kept */
  Schema.TaggedStruct("hello", { secret: Schema.String, after: Schema.Int }),
  /** what it says under a name that it never gives again; the platform shows it once */
  Schema.TaggedStruct("say", { name: Schema.String, to: Schema.String, text: Schema.String }),
  Schema.TaggedStruct("ping", {})
)
export type Asked = typeof Asked.Type

/** What the platform writes. */
export const Told = Schema.Union(
  Schema.TaggedStruct("welcome", { name: Schema.String }),
  Schema.TaggedStruct("denied", {}),
  Schema.TaggedStruct("heard", {
    number: Schema.Int,
    from: Schema.String,
    room: Schema.NonEmptyString,
    text: Schema.String,
    at: Schema.Number
  }),
  /** what was said under this name is shown, as a message of this number */
  Schema.TaggedStruct("shown", { name: Schema.String, number: Schema.Int, at: Schema.Number }),
  Schema.TaggedStruct("pong", {})
)
export type Told = typeof Told.Type

export const writeAsked = Schema.encodeSync(Schema.parseJson(Asked))
export const writeTold = Schema.encodeSync(Schema.parseJson(Told))
export const readAsked = Schema.decodeOption(Schema.parseJson(Asked))
export const readTold = Schema.decodeOption(Schema.parseJson(Told))
