import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { again, type Kept, type KeyedQueue, type Outcome, type Work } from "../../delivery/KeyedQueue.ts"
import type { Event, MessageReceived } from "../../domain/Event.ts"
import type { Message } from "../../domain/Message.ts"
import type { Whole } from "../Turns.ts"

/** So many messages are one event at most, and so many spans pass until the last of them. */
const most = 32
const longest = 10

/** How long it waits to know what else was said, where the store does not tell. */
const refusedPause = 1000

/** A message that may be part of a longer one; a command stands for itself. */
const isFragment = (event: Event): event is MessageReceived =>
  event._tag === "MessageReceived" && !event.text.trimStart().startsWith("/")

/** Those of what waits behind a message that the same person said right after it, and whether no more can come. */
const fragments = (
  head: Kept<Event>,
  behind: ReadonlyArray<Kept<Event>>,
  span: number
): { readonly more: ReadonlyArray<MessageReceived>; readonly last: number; readonly closed: boolean } => {
  const more: Array<MessageReceived> = []
  let last = head.keptAt
  for (const { keptAt, value } of behind) {
    const goesOn = keptAt - last < span && keptAt - head.keptAt < longest * span
    if (!isFragment(value) || value.sender.id !== head.value.sender.id || !goesOn) return { more, last, closed: true }
    more.push(value)
    last = keptAt
  }
  return { more, last, closed: more.length >= most - 1 }
}

/** One message of several: what they say, line by line, with all that came along. */
const whole = (first: MessageReceived, more: ReadonlyArray<MessageReceived>): MessageReceived => {
  const all = [first, ...more]
  const quote = all.find((one) => one.quote !== undefined)?.quote
  return {
    ...first,
    text: all
      .map(({ text }) => text)
      .filter((text) => text.trim() !== "")
      .join("\n"),
    addressed: all.some(({ addressed }) => addressed),
    attachments: all.flatMap(({ attachments }) => attachments),
    mentions: all.flatMap(({ mentions }) => mentions),
    ...(quote === undefined ? undefined : { quote })
  }
}

type Handle<R> = (work: Whole) => Effect.Effect<Outcome<Message>, never, R>

const join = (work: Work<Event>, more: ReadonlyArray<MessageReceived>): Whole =>
  isFragment(work.value) && more.length > 0 ? { ...work, value: whole(work.value, more), parts: more } : work

/**
 * Makes one message of those that a person says within `span` of each other, with nothing else in between: it has the first
 * one's name, and all of them are settled with it, in one commit. What belongs together is told by when it was kept, so that
 * a later process finds the same. `settled` is told what became of each part.
 */
export const make = (
  inbox: KeyedQueue<Event, Message>,
  span: Duration.Duration,
  settled: (part: Event, outcome: Outcome<Message>) => void
) => {
  const millis = Duration.toMillis(span)
  /** of those that are tried again, or at work: how many were part of them when they were begun */
  const begun = new Map<string, number>()

  const found = (work: Work<Event>) =>
    Effect.map(inbox.behind(work.key, most - 1), (behind) => {
      const count = begun.get(work.id)
      if (count === undefined) return fragments(work, behind, millis)
      const more = behind.slice(0, count).map(({ value }) => value)
      return { more: more.filter(isFragment), last: work.keptAt, closed: true }
    })

  const settle = <R>(work: Whole, handle: Handle<R>): Effect.Effect<Outcome<Message>, never, R> =>
    Effect.map(handle(work), (outcome) => {
      if (outcome._tag === "Again") return outcome
      begun.delete(work.id)
      const { parts = [] } = work
      for (const part of parts) settled(part, outcome)
      return parts.length === 0 ? outcome : { ...outcome, along: parts.length }
    })

  return {
    /** Handles it with its parts, once no more of them can come. */
    whole: <R>(work: Work<Event>, handle: Handle<R>): Effect.Effect<Outcome<Message>, never, R> => {
      if (!isFragment(work.value)) return handle(work)
      return Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.matchEffect(found(work), {
          onFailure: ({ message: cause }) => Effect.succeed(again(now + refusedPause, { spent: false, cause })),
          onSuccess: ({ closed, last, more }) => {
            const passed = now - last
            // a clock that was set back says nothing, and nobody waits for it
            if (!closed && passed >= 0 && passed < millis)
              return Effect.succeed(again(last + millis, { spent: false, cause: "more may be said" }))
            begun.set(work.id, more.length)
            return settle(join(work, more), handle)
          }
        })
      )
    },
    /** Handles it with those parts that it was begun with. */
    asBegun: (work: Work<Event>, handle: Handle<never>): Effect.Effect<Outcome<Message>> =>
      isFragment(work.value)
        ? Effect.matchEffect(found(work), {
            onFailure: () => settle(work, handle),
            onSuccess: ({ more }) => settle(join(work, more), handle)
          })
        : handle(work)
  }
}
