import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Event } from "../domain/Event.ts"
import type { Content, Media } from "../domain/Message.ts"

/** One thing that a handler says in answer to an event. */
export type Reply = Content

/** A handler could not answer; it is tried again, and put aside with this cause when it keeps failing, of which the person who asked is told. */
export class HandlerFailed extends Schema.TaggedError<HandlerFailed>()("HandlerFailed", {
  cause: Schema.String,
  /** trying again may help */
  retryable: Schema.Boolean,
  /** nobody is told when its event is put aside, as where somebody has no business here */
  silent: Schema.optionalWith(Schema.Boolean, { default: () => false })
}) {
  override get message(): string {
    return this.cause
  }
}

/**
 * An event in, a stream of replies out. It may run again for the same event; its replies are numbered in order. An effect
 * is the stream of its one value: a handler with one thing to say returns that, and one with nothing `Stream.empty`.
 */
export type Handler<R = never> = ((event: Event) => Stream.Stream<Reply, HandlerFailed, R>) & {
  /** see `nondeterministic` */
  readonly nondeterministic?: true
}

/**
 * The same handler, which says something else each time that it runs, as a model does: where it broke off after it had said
 * part of its answer, it does not run again for that event, and who asked is told that the answer ends there.
 */
export const nondeterministic = <R>(handler: Handler<R>): Handler<R> =>
  Object.assign((event: Event) => handler(event), { nondeterministic: true } as const)

/** A reply that arrives letter for letter. */
export const plain = (text: string): Reply => ({ text, format: "plain" })

/** A reply written in markdown, rendered to what the platform takes. */
export const markdown = (text: string): Reply => ({ text, format: "markdown" })

/** Something to show, and perhaps words with it. */
export const show = (media: Media, text = ""): Reply => ({ text, format: "plain", media })
