import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AccountId } from "../domain/Address.ts"
import { DownloadFailed } from "./AdapterError.ts"
import { deadline, unanswered } from "./Exchange.ts"
import { refusal } from "./PublicHttp.ts"

/** No more than this is fetched of one attachment; bytes. */
export const atMost = 50_000_000

/** Nor for longer than this, however slowly it comes or is pulled. */
export const within = Duration.minutes(10)

/** Whether an address is on a platform's own host, which its operator named; who wrote a message had no say in that. */
export const isAt = (host: string, url: string): boolean =>
  URL.canParse(host) && URL.canParse(url) && new URL(host).origin === new URL(url).origin

const sizeOf = ({ headers }: HttpClientResponse.HttpClientResponse): number => Number(headers["content-length"] ?? 0)

/**
 * Fetches a file as it is pulled: 20 s to its first byte, 20 s between two pieces while somebody pulls, and ten minutes in all.
 * `told` is its size in bytes as far as that was said before. Neither failures nor spans name the address: it may hold a secret.
 */
export const download = (
  client: HttpClient.HttpClient,
  account: AccountId,
  url: string,
  told = 0
): Stream.Stream<Uint8Array, DownloadFailed> => {
  const failed = (cause: string, retryable: boolean) => new DownloadFailed({ account, cause, retryable })
  const late = () => failed(`the file did not come within ${Duration.format(deadline)}`, true)
  const tooLarge = failed(`the file is larger than ${atMost / 1e6} MB`, false)
  const broken = (error: HttpClientError.HttpClientError) => {
    const within = refusal(error)
    return within === undefined
      ? failed(unanswered(error).cause, true)
      : failed(`the file is at an address that is not public (${within.range}), and is not fetched from there`, false)
  }
  const untraced = HttpClient.withTracerDisabledWhen(client, () => true)
  const slow = () => failed(`the file was not there within ${Duration.format(within)}`, true)
  if (told > atMost) return Stream.fail(tooLarge)
  return Stream.suspend(() => {
    let fetched = 0
    return untraced.execute(HttpClientRequest.get(url)).pipe(
      Effect.mapError(broken),
      Effect.timeoutFail({ duration: deadline, onTimeout: late }),
      Effect.filterOrFail(
        ({ status }) => status >= 200 && status < 300,
        ({ status }) => failed(`the file's server answered ${status}`, status === 429 || status >= 500)
      ),
      Effect.filterOrFail(
        (response) => !(sizeOf(response) > atMost),
        () => tooLarge
      ),
      Effect.map((response) => Stream.mapError(response.stream, () => failed("the file broke off", true))),
      Stream.unwrap,
      Stream.timeoutFail(late, deadline),
      Stream.tap((piece) => {
        fetched += piece.length
        return fetched > atMost ? tooLarge : Effect.void
      }),
      Stream.interruptWhen(Effect.delay(Effect.fail(slow()), within))
    )
  })
}
