import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Event } from "../../domain/Event.ts"
import { HmacSha256 } from "../../adapter/HmacSha256.ts"
import * as Wire from "../Wire.ts"

/** The formats of an answer that are understood. */
export const understood = "application/json, application/x-ndjson, text/event-stream, text/plain, text/markdown"

/** Where events are posted to, and what proves that it was we who posted them. */
export interface Endpoint {
  /** it may hold a secret itself, so it is never told */
  readonly url: Redacted.Redacted
  /** requests are not signed without one */
  readonly secret?: Redacted.Redacted | undefined
}

/** A header has only what can be seen in ASCII; an id that has more is written as in a URL. */
const visible = (text: string): string =>
  text.replace(/[^\x21-\x7e]/gu, (letter) =>
    [...new TextEncoder().encode(letter)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")
  )

const unescaped = Option.liftThrowable(decodeURIComponent)

/** A name and a password that stand in an address are shown to its server, and are no part of where it is (RFC 7617). */
const posting = (address: string): HttpClientRequest.HttpClientRequest => {
  if (!URL.canParse(address)) return HttpClientRequest.post(address)
  const url = new URL(address)
  const { password, username } = url
  if (username === "" && password === "") return HttpClientRequest.post(address)
  url.username = ""
  url.password = ""
  const shown = [username, password].map((text) => Option.getOrElse(unescaped(text), () => text)).join(":")
  return HttpClientRequest.setHeader(
    HttpClientRequest.post(url.href),
    "authorization",
    `Basic ${Encoding.encodeBase64(shown)}`
  )
}

/** The name of an event for ever, by which a receiver tells a repetition: the same however often it is tried, and by whichever process. */
export const keyOf = ({ conversation, id }: Event): string => visible(`${conversation.account}/${id}`)

/**
 * An event as it is posted. `X-Holdfast-Timestamp` has Unix seconds; `X-Holdfast-Signature` is `v1=` and the HMAC with SHA-256,
 * in hexadecimal, of timestamp, a dot and the body, under the secret.
 */
export const make = (
  { secret, url }: Endpoint,
  event: Event,
  attempt: number
): Effect.Effect<HttpClientRequest.HttpClientRequest, never, HmacSha256> =>
  Effect.gen(function* () {
    const hmac = yield* HmacSha256
    const timestamp = String(Math.floor((yield* Clock.currentTimeMillis) / 1000))
    const body = Wire.told(event, attempt)
    return posting(Redacted.value(url)).pipe(
      HttpClientRequest.setHeaders({
        accept: understood,
        "user-agent": "holdfast",
        "idempotency-key": keyOf(event),
        "x-holdfast-timestamp": timestamp,
        ...(secret && { "x-holdfast-signature": `v1=${hmac(secret, `${timestamp}.${body}`)}` })
      }),
      HttpClientRequest.bodyText(body, "application/json")
    )
  })
