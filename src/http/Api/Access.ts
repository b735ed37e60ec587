import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/Address.ts"
import { Asking, Guest, Subject } from "../../gateway/Access/Guest.ts"
import { AccessRefused } from "../../gateway/Access/Pairing.ts"
import * as Failure from "./Failure.ts"

const Mode = Schema.Literal("open", "allowlist", "pairing", "own", "closed")

/** Who may talk to one account. */
export const Access = Schema.Struct({
  account: AccountId,
  /** in private */
  mode: Mode,
  /** in groups and channels */
  groupMode: Mode,
  /** those whom the configuration lists, by id */
  people: Schema.Array(Schema.String),
  conversations: Schema.Array(Schema.String),
  /** those whom an operator let in; they are heard where the mode is pairing */
  guests: Schema.Array(Guest),
  /** those who were given a code that is still good */
  asking: Schema.Array(Asking)
})
export type Access = typeof Access.Type

/** Whom an operator means: who was given this code, or has this id; a group has its conversation's. */
export const Meaning = Schema.Union(
  Schema.Struct({ account: AccountId, code: Schema.Redacted(Schema.String) }),
  Schema.Struct({ account: AccountId, ...Subject.fields })
)
export type Meaning = typeof Meaning.Type

/** Whom it now concerns, at once; `recorded` is false while a crash can still undo it. */
export const Changed = Schema.Struct({ guests: Schema.Array(Guest), recorded: Schema.Boolean })
export type Changed = typeof Changed.Type

/** Nothing was changed, for this reason. */
export class NotChanged extends Schema.TaggedError<NotChanged>()(
  "NotChanged",
  { account: Schema.String, reason: AccessRefused.fields.reason, message: Schema.String },
  HttpApiSchema.annotations({ status: 409 })
) {
  static readonly of = ({ account, message, reason }: AccessRefused): NotChanged =>
    new NotChanged({ account, reason, message })
}

/** Nobody was let in to that account under that id. */
export class UnknownGuest extends Schema.TaggedError<UnknownGuest>()(
  "UnknownGuest",
  { account: Schema.String, id: Schema.String, message: Schema.String },
  HttpApiSchema.annotations({ status: 404 })
) {
  static readonly of = (account: string, id: string): UnknownGuest =>
    new UnknownGuest({
      account,
      id,
      message: `nobody of the id ${id} was let in to ${account}: GET /access lists who was; who stands in its configuration is removed there`
    })
}

export const group = HttpApiGroup.make("access")
  .add(HttpApiEndpoint.get("list", "/access").addSuccess(Schema.Array(Access)))
  .add(
    HttpApiEndpoint.post("approve", "/access/approve")
      .setPayload(Meaning)
      .addSuccess(Changed)
      .addError(Failure.BadConversation)
      .addError(Failure.UnknownAccount)
      .addError(NotChanged)
  )
  .add(
    HttpApiEndpoint.post("deny", "/access/deny")
      .setPayload(Meaning)
      .addSuccess(Subject)
      .addError(Failure.UnknownAccount)
      .addError(NotChanged)
  )
  .add(
    // ids may have slashes in them, so they are no part of a path
    HttpApiEndpoint.del("remove", "/access/:account")
      .setPath(Schema.Struct({ account: AccountId }))
      .setUrlParams(Schema.Struct({ id: Schema.NonEmptyString }))
      .addSuccess(Changed)
      .addError(Failure.UnknownAccount)
      .addError(UnknownGuest)
      .addError(NotChanged)
  )
