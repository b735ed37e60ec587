import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Base64 from "../../domain/Base64.ts"
import type { Event } from "../../domain/Event.ts"
import { type Downloads, whole } from "../Downloads.ts"

/** No file is handed to a program that is larger; bytes. */
export const largest = 10_000_000

/** So many files are on their way to a program at once, so that they take no more memory than that. */
const atOnce = 2

/** So many wait for that at most of one question; what is wanted beyond is not heard. */
const most = 32

/**
 * What a program is told of something that came along with the event that it was asked about by `id`: the file, or why it is not
 * to be had. `index` is its place among the event's attachments.
 */
const line = (id: number, event: Event, index: number): Effect.Effect<string, never, Downloads> => {
  const told = (more: { readonly base64: string } | { readonly error: string }) =>
    JSON.stringify({ id, fetched: index, ...more })
  const attachment = "attachments" in event ? event.attachments[index] : undefined
  if (attachment === undefined) return Effect.succeed(told({ error: "nothing came along at that place" }))
  return Effect.match(whole(event.conversation.account, attachment, largest), {
    onFailure: ({ cause: error }) => told({ error }),
    onSuccess: (bytes) =>
      bytes === undefined
        ? told({ error: `it is larger than ${largest / 1e6} MB` })
        : told({ base64: Base64.encode(bytes) })
  })
}

/** Hands a program what it wants of what came along with an event. */
export type Fetch = (id: number, index: number) => Effect.Effect<void>

/**
 * Hands a program, by `write`, what came along with the events that it is asked about, each for as long as its scope lasts; what
 * is on its way is not fetched once more.
 */
export const make = (
  write: (line: string) => Effect.Effect<unknown>
): Effect.Effect<(event: Event) => Effect.Effect<Fetch, never, Downloads | Scope.Scope>> =>
  Effect.map(
    Effect.makeSemaphore(atOnce),
    (room) => (event) =>
      Effect.map(Effect.all([Effect.context<Downloads>(), Effect.scope]), ([context, scope]): Fetch => {
        const wanted = new Set<number>()
        const hand = (id: number, index: number) =>
          Effect.flatMap(line(id, event, index), write).pipe(
            room.withPermits(1),
            Effect.ensuring(Effect.sync(() => void wanted.delete(index))),
            Effect.provide(context),
            Effect.interruptible
          )
        return (id, index) =>
          Effect.suspend(() => {
            if (wanted.has(index) || wanted.size >= most) return Effect.void
            wanted.add(index)
            return Effect.asVoid(Effect.forkIn(hand(id, index), scope))
          })
      })
  )
