import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AccountId } from "../domain/Address.ts"
import { DownloadFailed } from "./AdapterError.ts"
import { deadline, unanswered } from "./Exchange.ts"

/** No more than this is fetched of one attachment; bytes. */
export const atMost = 50_000_000

/**
 * Fetches a file as it is pulled: 20 s to its first byte, and 20 s between two pieces while somebody pulls. Neither failures
 * nor spans name the address: it may hold a secret.
 */
export const download = (
  client: HttpClient.HttpClient,
  account: AccountId,
  url: string
): Stream.Stream<Uint8Array, DownloadFailed> => {
  const failed = (cause: string, retryable: boolean) => new DownloadFailed({ account, cause, retryable })
  const late = () => failed(`the file did not come within ${Duration.format(deadline)}`, true)
  const untraced = HttpClient.withTracerDisabledWhen(client, () => true)
  return Stream.suspend(() => {
    let fetched = 0
    return untraced.execute(HttpClientRequest.get(url)).pipe(
      Effect.mapError((error) => failed(unanswered(error).cause, true)),
      Effect.timeoutFail({ duration: deadline, onTimeout: late }),
      Effect.filterOrFail(
        ({ status }) => status >= 200 && status < 300,
        ({ status }) => failed(`the file's server answered ${status}`, status === 429 || status >= 500)
      ),
      Effect.map((response) => Stream.mapError(response.stream, () => failed("the file broke off", true))),
      Stream.unwrap,
      Stream.timeoutFail(late, deadline),
      Stream.tap((piece) => {
        fetched += piece.length
        return fetched > atMost ? failed(`the file is larger than ${atMost / 1e6} MB`, false) : Effect.void
      })
    )
  })
}
