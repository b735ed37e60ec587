import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { SendError } from "../../adapter/AdapterError.ts"
import type { StoreRefused } from "../../delivery/KeyedQueue.ts"
import { LetterName } from "./DeadLetter.ts"

const { fields } = SendError

/** There is no such account. */
export class UnknownAccount extends Schema.TaggedError<UnknownAccount>()(
  "UnknownAccount",
  { account: Schema.String, message: Schema.String },
  HttpApiSchema.annotations({ status: 404 })
) {
  static readonly of = (account: string): UnknownAccount =>
    new UnknownAccount({ account, message: `there is no account ${account} here: GET /accounts lists those there are` })
}

/** What is configured cannot be obeyed, so nothing was changed; `lines` say what is wrong, one each. */
export class BadConfiguration extends Schema.TaggedError<BadConfiguration>()(
  "BadConfiguration",
  { lines: Schema.Array(Schema.String), message: Schema.String },
  HttpApiSchema.annotations({ status: 422 })
) {
  static readonly of = (lines: ReadonlyArray<string>): BadConfiguration =>
    new BadConfiguration({ lines, message: `nothing was changed: ${lines.join("; ")}` })
}

/** There is no dead letter of that name: it never died, or it has been retried, dropped or forgotten since. */
export class UnknownLetter extends Schema.TaggedError<UnknownLetter>()(
  "UnknownLetter",
  { ...LetterName.fields, message: Schema.String },
  HttpApiSchema.annotations({ status: 404 })
) {
  static readonly of = ({ id, queue }: LetterName): UnknownLetter =>
    new UnknownLetter({
      queue,
      id,
      message: `there is no dead letter ${id} in the ${queue}: it never was one, or it has been retried, dropped or forgotten since`
    })
}

/** What was given as kinds of events names none, or one that there is not. */
export class UnknownEvents extends Schema.TaggedError<UnknownEvents>()(
  "UnknownEvents",
  { message: Schema.String },
  HttpApiSchema.annotations({ status: 400 })
) {}

/** What was given as a conversation names none that can be written to. */
export class BadConversation extends Schema.TaggedError<BadConversation>()(
  "BadConversation",
  { conversation: Schema.String, message: Schema.String },
  HttpApiSchema.annotations({ status: 400 })
) {}

/** The message was not kept, so it will not be said. */
export class NotSent extends Schema.TaggedError<NotSent>()(
  "NotSent",
  { id: fields.messageId, reason: fields.reason, message: Schema.String },
  HttpApiSchema.annotations({ status: 409 })
) {
  static readonly of = ({ cause, messageId: id, reason }: SendError): NotSent =>
    new NotSent({ id, reason, message: `it was not kept, and will not be said: ${cause}` })
}

/** The store gives or takes nothing now. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()(
  "StoreUnavailable",
  { message: Schema.String },
  HttpApiSchema.annotations({ status: 503 })
) {
  static readonly of = (refused: StoreRefused): StoreUnavailable =>
    new StoreUnavailable({ message: `the store refused, and nothing was changed: ${refused.message}` })
}

/** The process is there, and cannot do anything yet, or any more. */
export class NotReady extends Schema.TaggedError<NotReady>()(
  "NotReady",
  { message: Schema.String },
  HttpApiSchema.annotations({ status: 503 })
) {}
