import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Acknowledgements from "../../adapter/Acknowledgements.ts"
import { text } from "../../adapter/Fields.ts"
import { undecodable } from "../../adapter/Line.ts"
import type { Event } from "../../domain/Event.ts"
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
