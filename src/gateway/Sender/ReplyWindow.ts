import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { allows, type Capabilities } from "../../adapter/Capabilities.ts"
import type { Message } from "../../domain/Message.ts"

/**
 * A message as it can be said at `now` (Unix milliseconds): as an answer while its reply window lasts, after that unasked
 * where its platform takes such messages; left: why it cannot be said any more.
 */
export const fit = (
  message: Message,
  { replyWindow, unasked }: Pick<Capabilities, "replyWindow" | "unasked">,
  now: number
): Either.Either<Message, string> => {
  const { replyTo, ...bare } = message
  const window = replyTo === undefined ? undefined : replyWindow(message)
  if (replyTo === undefined || window === undefined) return Either.right(message)
  const late = now - replyTo.at >= Duration.toMillis(window.within)
  if (!late && allows(window, replyTo.ordinal)) return Either.right(message)
  const { kind } = message.conversation
  if (unasked(kind)) return Either.right(bare)
  const why = late
    ? `what it answers happened more than ${Duration.format(window.within)} ago`
    : `${window.replies} answers to one event are taken, and this is number ${replyTo.ordinal + 1}`
  return Either.left(
    `its reply window has passed (${why}), and its platform takes no unasked message to a ${kind} conversation`
  )
}
