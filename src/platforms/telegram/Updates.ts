import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Acknowledgements from "../../adapter/Acknowledgements.ts"
import { type ButtonData, isName } from "../../adapter/ButtonData.ts"
import { text } from "../../adapter/Fields.ts"
import { undecodable } from "../../adapter/Line.ts"
import type { ButtonPressed, Event } from "../../domain/Event.ts"
import { type Self, toEvent } from "./Events.ts"
import type { Update } from "./Protocol.ts"
import type { Rest } from "./Rest.ts"
import type { Moved } from "./Send/Moved.ts"

const understood = Option.liftThrowable(toEvent)

/**
 * Reads the updates of one line, whichever way they come; `at` is when, in Unix milliseconds. What cannot be understood is
 * counted. A pressed button is acknowledged at once: that is due within seconds, so it is not left to when it is handled; so is
 * a chat that has become another one known at once.
 */
export const reader = (
  rest: Rest,
  moved: Moved,
  self: Self
): Effect.Effect<(update: Update, at: number) => Event | undefined, never, Scope.Scope> =>
  Effect.map(
    Acknowledgements.make((id) => rest.call("answerCallbackQuery", { callback_query_id: id })),
    (acknowledge) => (update, at) => {
      const event = understood(update, self, at)
      if (Option.isNone(event) || update.kind === "unknown") undecodable.of().unsafeUpdate(1, [])
      const button = update.kind === "callback_query" ? text(update.payload["id"]) : undefined
      if (button !== undefined) acknowledge(button)
      if (update.kind === "message") moved.hear(update.payload)
      return Option.getOrUndefined(event)
    }
  )

const isNamed = (event: Event): event is ButtonPressed => event._tag === "ButtonPressed" && isName(event.data)

const forgotten = "a button was pressed whose data is no longer kept: it comes to the handler without any"

/** The same event, with the data of a pressed button as it was made: of one that is too old to be known nothing is left. */
export const recalled = (data: ButtonData, event: Event): Effect.Effect<Event> => {
  if (!isNamed(event)) return Effect.succeed(event)
  const { account } = event.conversation
  return Effect.flatMap(data.recall(event.data), (found) =>
    Effect.as(
      found === undefined ? Effect.annotateLogs(Effect.logInfo(forgotten), { account, event: event.id }) : Effect.void,
      { ...event, button: found ?? "", data: found ?? "" }
    )
  )
}

/** The same for all that came at once; most often there is nothing to recall. */
export const allRecalled = (data: ButtonData, events: ReadonlyArray<Event>): Effect.Effect<ReadonlyArray<Event>> =>
  events.some(isNamed) ? Effect.forEach(events, (event) => recalled(data, event)) : Effect.succeed(events)
