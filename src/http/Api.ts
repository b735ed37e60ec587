import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as Schema from "effect/Schema"
import { AccountId } from "../domain/Address.ts"
import { Content, firstNotice, MessageId, ReplyTo } from "../domain/Message.ts"
import { Fate } from "../gateway/Receipts.ts"
import { HandlerHealth } from "../handler/Handler.ts"
import * as Access from "./Api/Access.ts"
import { accounts, configuration } from "./Api/Accounts.ts"
import { DeadLetter, LetterName, QueueName, Summary } from "./Api/DeadLetter.ts"
import * as Failure from "./Api/Failure.ts"
import { simulated } from "./Api/Simulated.ts"
import { timeline } from "./Api/Timeline.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** The process that answers. */
export const Process = Schema.Struct({
  pid: Schema.Int,
  /** when it began, in Unix milliseconds */
  since: Schema.Number,
  /** where it keeps what must not be lost, without any secret */
  store: Schema.String
})
export type Process = typeof Process.Type

/** What is kept in one queue. */
export const Depth = Schema.Struct({
  /** not settled yet, what is being worked on included */
  waiting: Schema.Number,
  dead: Schema.Number,
  /** when the oldest of the waiting was kept, in Unix milliseconds */
  oldest: maybe(Schema.Number)
})
export type Depth = typeof Depth.Type

/** What is kept of one account. */
export const Depths = Schema.Struct({ account: Schema.String, inbox: Depth, outbox: Depth })
export type Depths = typeof Depths.Type

const filter = { queue: maybe(QueueName), account: maybe(AccountId) }

/** Which dead letters are meant: all of a queue, of an account, or those whose ids begin alike. */
export const Filter = Schema.Struct({ ...filter, prefix: maybe(Schema.String) })
export type Filter = typeof Filter.Type

/** The most dead letters that are named at once. */
export const mostLetters = 500

/** The most that are listed at once: a page costs as much as all of them, so there are to be few. */
export const mostListed = 10_000

/** A page of the list: `after` is what the page before it gave as `next`. */
export const Query = Schema.Struct({
  ...Filter.fields,
  after: maybe(Schema.String),
  limit: Schema.optionalWith(Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, mostListed)), {
    default: () => 100
  })
})
export type Query = typeof Query.Type

/** The oldest first; `next` where there are more. */
export const Page = Schema.Struct({ letters: Schema.Array(Summary), next: maybe(Schema.String) })
export type Page = typeof Page.Type

/** These, or all that there are now of a queue or an account. */
export const Selection = Schema.Union(
  Schema.Struct({ letters: Schema.Array(LetterName).pipe(Schema.maxItems(mostLetters)) }),
  Schema.Struct({ all: Schema.Literal(true), ...filter })
)
export type Selection = typeof Selection.Type

/** What became of a selection. */
export const Settled = Schema.Struct({
  done: Schema.Number,
  unknown: Schema.Array(LetterName),
  /** what the store refused: how many are as they were, and why */
  refused: maybe(Schema.Struct({ left: Schema.Number, message: Schema.String }))
})
export type Settled = typeof Settled.Type

/** A key that names a message for ever; what replies are named by, `#`, it has not. */
export const Key = Schema.String.pipe(
  Schema.pattern(/^[^#\s]{1,200}$/, { message: () => "a key is 1 to 200 characters, none of them a space or a #" })
)

/** A late answer to an event: what the event tells of itself, and which answer this is, from 0, of those that no handler gave. */
export const Answering = Schema.Struct({
  ...ReplyTo.fields,
  ordinal: Schema.optionalWith(ReplyTo.fields.ordinal.pipe(Schema.lessThan(firstNotice)), { default: () => 0 })
})

/**
 * Something to say in a conversation, written `qq:main/c2c:7C0E…`. The same `key` twice says it once; an answer has one by itself.
 */
export const Sending = Schema.Struct({
  conversation: Schema.String,
  text: Schema.NonEmptyString.annotations({ message: () => "an empty text says nothing" }),
  format: Schema.optionalWith(Content.fields.format, { default: () => "plain" as const }),
  key: maybe(Key),
  replyTo: maybe(Answering)
})
export type Sending = typeof Sending.Type

const processes = HttpApiGroup.make("process").add(HttpApiEndpoint.get("show", "/process").addSuccess(Process))

/** How what stands behind the handlers does; nothing of those that cannot fail by themselves. */
const handlers = HttpApiGroup.make("handlers").add(
  HttpApiEndpoint.get("list", "/handlers").addSuccess(Schema.Array(HandlerHealth))
)

const queues = HttpApiGroup.make("queues")
  .add(HttpApiEndpoint.get("depths", "/queues").addSuccess(Schema.Array(Depths)))
  .addError(Failure.StoreUnavailable)

const dead = HttpApiGroup.make("dead")
  .add(HttpApiEndpoint.get("list", "/dead").setUrlParams(Query).addSuccess(Page))
  .add(
    // ids have slashes in them, so they are no part of a path
    HttpApiEndpoint.get("show", "/dead/letter")
      .setUrlParams(LetterName)
      .addSuccess(DeadLetter)
      .addError(Failure.UnknownLetter)
  )
  .add(HttpApiEndpoint.post("retry", "/dead/retry").setPayload(Selection).addSuccess(Settled))
  .add(HttpApiEndpoint.post("drop", "/dead/drop").setPayload(Selection).addSuccess(Settled))
  .addError(Failure.StoreUnavailable)

const messages = HttpApiGroup.make("messages")
  .add(
    HttpApiEndpoint.post("send", "/messages")
      .setPayload(Sending)
      .addSuccess(Schema.Struct({ id: MessageId }))
      .addError(Failure.BadConversation)
      .addError(Failure.NotSent)
  )
  .add(
    HttpApiEndpoint.get("show", "/messages")
      .setUrlParams(Schema.Struct({ id: MessageId }))
      .addSuccess(Fate)
      .addError(Failure.StoreUnavailable)
  )

/**
 * What can be asked of a gateway, and told it, over HTTP: the server and every client of it are made from this. Each failure
 * carries a `message` for people.
 */
export const Api = HttpApi.make("holdfast")
  .add(processes)
  .add(accounts)
  .add(configuration)
  .add(timeline)
  .add(handlers)
  .add(queues)
  .add(dead)
  .add(messages)
  .add(simulated)
  .add(Access.group)
  .addError(Failure.NotReady)
