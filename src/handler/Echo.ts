import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Handler, plain } from "./Handler.ts"
import { words } from "./Words.ts"

/** Says back, letter for letter, what it was told or what the pressed button holds; to anything else, and to blanks, nothing. */
export const handler: Handler = (event) => {
  const text = words(event)
  return text.trim() === "" ? Stream.empty : Effect.succeed(plain(text))
}
