import * as Context from "effect/Context"
import type * as Stream from "effect/Stream"
import type { DownloadFailed } from "../adapter/AdapterError.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Attachment } from "../domain/Event.ts"

/** Fetches what came along with a message, piece by piece as it is pulled; a gateway gives it to its handler. */
export class Downloads extends Context.Tag("holdfast/Downloads")<
  Downloads,
  { readonly fetch: (account: AccountId, attachment: Attachment) => Stream.Stream<Uint8Array, DownloadFailed> }
>() {}
