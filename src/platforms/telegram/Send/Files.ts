import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Adapter } from "../../../adapter/Adapter.ts"
import { DownloadFailed } from "../../../adapter/AdapterError.ts"
import { download } from "../../../adapter/Download.ts"
import { record, text } from "../../../adapter/Fields.ts"
import { PublicHttp } from "../../../adapter/PublicHttp.ts"
import type { AccountId } from "../../../domain/Address.ts"
import type { Rest, RestFailed } from "../Rest.ts"
import { ownScheme } from "./Body.ts"

/** Bytes that a bot may fetch of one file: https://core.telegram.org/bots/api#getfile */
const atMost = 20 * 2 ** 20

const tooBig = `the file is larger than the ${atMost / 2 ** 20} MB that Telegram gives to bots`

/** Of what getFile is refused with 400, this passes. */
const passing = "temporarily unavailable"

/** A path of the server's own disk, where it runs as `telegram-bot-api --local`. */
const onDisk = /^(?:\/|[a-z]:[\\/])/i

/** Fetches what `telegram:<file_id>` names, from the Bot API server wherever that is, or what is at a public `https:` address. */
export const make = (
  account: AccountId,
  rest: Rest
): Effect.Effect<Adapter["download"], never, HttpClient.HttpClient | PublicHttp> =>
  Effect.map(Effect.all([HttpClient.HttpClient, PublicHttp]), ([client, cautious]) => {
    const failed = (cause: string, retryable: boolean) => new DownloadFailed({ account, cause, retryable })

    const refused = ({ description = "", message, status }: RestFailed): DownloadFailed => {
      if (status !== 400) return failed(message, true)
      return description.includes("file is too big")
        ? failed(tooBig, false)
        : failed(message, description.includes(passing))
    }

    const located = (file: string) =>
      Effect.gen(function* () {
        const found = yield* Effect.mapError(rest.call("getFile", { file_id: file }), refused)
        const path = text(record(found)["file_path"])
        if (path === undefined) return yield* failed("Telegram does not say where the file is", true)
        if (onDisk.test(path)) {
          return yield* failed(
            "the Bot API server keeps it as a local file, which is not fetched over the network",
            false
          )
        }
        return download(client, account, Redacted.value(rest.fileUrl(path)))
      })

    return ({ size = 0, url }) => {
      if (url.startsWith("https:")) return download(cautious, account, url, size)
      if (!url.startsWith(ownScheme)) return Stream.fail(failed("its address is neither Telegram's nor https:", false))
      return size > atMost ? Stream.fail(failed(tooBig, false)) : Stream.unwrap(located(url.slice(ownScheme.length)))
    }
  })
