import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { DownloadFailed } from "../adapter/AdapterError.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Attachment } from "../domain/Event.ts"

/** Fetches what came along with a message, piece by piece as it is pulled; a gateway gives it to its handler. */
export class Downloads extends Context.Tag("holdfast/Downloads")<
  Downloads,
  { readonly fetch: (account: AccountId, attachment: Attachment) => Stream.Stream<Uint8Array, DownloadFailed> }
>() {}

/** All of what came along; undefined where that is more than `largest` bytes, of which no more than that and a piece is fetched. */
export const whole = (
  account: AccountId,
  attachment: Attachment,
  largest: number
): Effect.Effect<Uint8Array | undefined, DownloadFailed, Downloads> =>
  Effect.gen(function* () {
    const { fetch } = yield* Downloads
    let size = 0
    const pieces = yield* fetch(account, attachment).pipe(
      Stream.takeUntil((piece) => (size += piece.length) > largest),
      Stream.runCollect
    )
    if (size > largest) return undefined
    const bytes = new Uint8Array(size)
    let offset = 0
    for (const piece of Chunk.toReadonlyArray(pieces)) {
      bytes.set(piece, offset)
      offset += piece.length
    }
    return bytes
  })
