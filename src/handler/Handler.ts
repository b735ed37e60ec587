import type * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Event } from "../domain/Event.ts"
import type { Button, Content, Media } from "../domain/Message.ts"

/** The next few words of a reply that grows: it ends where another reply begins, or its handler ends. */
export interface Piece {
  readonly piece: string
  readonly format: Content["format"]
}

/** One thing that a handler says in answer to an event, or a piece of one. */
export type Reply = Content | Piece

/** A handler could not answer; it is tried again, and put aside with this cause when it keeps failing, of which the person who asked is told. */
export class HandlerFailed extends Schema.TaggedError<HandlerFailed>()("HandlerFailed", {
  cause: Schema.String,
  /** trying again may help */
  retryable: Schema.Boolean,
  /** nobody is told when its event is put aside, as where somebody has no business here */
  silent: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  /** what stands behind the handler is away, whatever the event: it waits until then (Unix milliseconds), at no attempt's cost */
  until: Schema.optionalWith(Schema.Number, { exact: true }),
  /** what the person who asked is told then, in place of the configuration's words */
  notice: Schema.optionalWith(Schema.NonEmptyString, { exact: true }),
  /** milliseconds before which it is not tried again */
  retryAfter: Schema.optionalWith(Schema.Number, { exact: true })
}) {
  override get message(): string {
    return this.cause
  }
}

/** How what stands behind a handler does, as of a time in Unix milliseconds. */
export const HandlerHealth = Schema.Struct({
  /** what it is called in settings and logs */
  handler: Schema.String,
  /** `failing`: it answers nothing until it is well again */
  state: Schema.Literal("working", "failing"),
  since: Schema.Number,
  cause: Schema.optionalWith(Schema.String, { exact: true }),
  /** when it is tried next */
  next: Schema.optionalWith(Schema.Number, { exact: true })
})
export type HandlerHealth = typeof HandlerHealth.Type

/** `queue`: what is said while a turn runs waits for its own; `interrupt`: it ends that turn; `refuse`: it gets none. */
export type Policy = "queue" | "interrupt" | "refuse"

/** What is known of a handler besides what it says. */
export interface Traits {
  /** see `nondeterministic`; for which events it does, since a handler may be made of several */
  readonly nondeterministic?: (event: Event) => boolean
  /** what becomes of what is said to the bot while the turn of an event runs; as the gateway has it, where it says nothing */
  readonly turns?: (event: Event) => Policy | undefined
  /** how what stands behind it does, and behind those that it is made of; left out where nothing can fail by itself */
  readonly health?: Effect.Effect<ReadonlyArray<HandlerHealth>>
}

/**
 * An event in, a stream of replies out; the replies are numbered in order. It may run again for the same event: `attempt` is 1 at
 * first, as it is if it is left out, and one more after each run that failed, but for those that found what answers away. An effect is the stream of its one value: a handler with one thing to say returns that, and one with nothing
 * `Stream.empty`.
 */
export type Handler<R = never> = ((event: Event, attempt?: number) => Stream.Stream<Reply, HandlerFailed, R>) & Traits

/**
 * The same handler, which says something else each time that it runs, as a model does: where it broke off after it had said
 * part of its answer, it does not run again for that event, and who asked is told that the answer ends there.
 */
export const nondeterministic = <R>(handler: Handler<R>): Handler<R> =>
  Object.assign((event: Event, attempt?: number) => handler(event, attempt), handler, { nondeterministic: constTrue })

/** The same handler, while whose turns what is said does as `policy` says, whatever the gateway's own is. */
export const turns = <R>(handler: Handler<R>, policy: Policy | NonNullable<Traits["turns"]>): Handler<R> =>
  Object.assign((event: Event, attempt?: number) => handler(event, attempt), handler, {
    turns: typeof policy === "function" ? policy : () => policy
  })

/** A piece of a reply that grows, of markdown if nothing else is said; all pieces of one reply are of the first one's format. */
export const piece = (text: string, format: Content["format"] = "markdown"): Piece => ({ piece: text, format })

export const isPiece = (reply: Reply): reply is Piece => "piece" in reply

/** A reply that arrives letter for letter. */
export const plain = (text: string): Content => ({ text, format: "plain" })

/** A reply written in markdown, rendered to what the platform takes. */
export const markdown = (text: string): Content => ({ text, format: "markdown" })

/** Something to show, and perhaps words with it. */
export const show = (media: Media, text = ""): Content => ({ text, format: "plain", media })

/** The same reply with rows of buttons below. */
export const withButtons = (reply: Content, buttons: ReadonlyArray<ReadonlyArray<Button>>): Content => ({
  ...reply,
  buttons
})
