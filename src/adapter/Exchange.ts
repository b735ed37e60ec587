import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { before, type Begun, during } from "./Deadline.ts"
import { isRecord, text } from "./Fields.ts"

/** From the first byte out to the last byte in. */
export const deadline = Duration.seconds(20)

/** What a platform said to one request, whatever its status. */
export interface Answer {
  readonly status: number
  /** by their names in lower case */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** the decoded JSON; undefined where the body is empty or no JSON (a proxy's HTML page) */
  readonly body: unknown
}

/** No whole answer came. `sent` is false only where the request certainly never left; `late`: the deadline passed. */
export class Unanswered extends Data.TaggedError("Unanswered")<{
  readonly cause: string
  readonly sent: boolean
  readonly late?: boolean
}> {
  override get message(): string {
    return this.cause
  }
}

/**
 * Failures that precede the first byte of a request, by the code that Node, OpenSSL or undici gives them.
 * Sources: https://nodejs.org/api/errors.html, https://nodejs.org/api/tls.html#x509-certificate-error-codes,
 * https://github.com/nodejs/undici/blob/main/docs/docs/api/Errors.md
 */
const unsent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EAI_NONAME",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_TLS_HANDSHAKE_TIMEOUT"
])

interface Fault {
  readonly code: string | undefined
  readonly connecting: boolean
}

/** The code of the innermost error that has one: HTTP clients wrap what the system said. */
const faultOf = (error: unknown, depth = 0): Fault => {
  if (depth > 4 || !isRecord(error)) return { code: undefined, connecting: false }
  const inner = faultOf(error["cause"], depth + 1)
  if (inner.code !== undefined) return inner
  return { code: text(error["code"]), connecting: error["syscall"] === "connect" || error["syscall"] === "getaddrinfo" }
}

/** No answer began. Only the code is told: an HTTP client's own words may quote the request, and with it a secret. */
export const broken = (error: unknown): Unanswered => {
  const { code, connecting } = faultOf(error)
  return code === undefined
    ? new Unanswered({ cause: "the connection failed", sent: true })
    : new Unanswered({ cause: `the connection failed: ${code}`, sent: !connecting && !unsent.has(code) })
}

/** An answer began, and did not come to its end. */
export const brokeOff = (): Unanswered => new Unanswered({ cause: "the answer broke off", sent: true })

/** No answer of a platform has so many bytes. */
export const longest = 32_000_000

/** An answer is longer than any that is waited for. */
export const endless = (): Unanswered =>
  new Unanswered({ cause: `the answer is longer than ${longest / 1e6} MB`, sent: true })

/** A request cannot be made at all. */
export const invalid = (): Unanswered => new Unanswered({ cause: "the address is invalid", sent: false })

/** Why a request came to nothing. */
export const unanswered = (error: HttpClientError.HttpClientError): Unanswered => {
  if (error._tag === "ResponseError") return brokeOff()
  return error.reason === "Transport" ? broken(error.cause) : invalid()
}

/** An answer, when its last byte has come. */
export interface Whole {
  readonly status: number
  readonly headers: Answer["headers"]
  readonly body: string
}

/** Makes a request whose body is none, or bytes. */
export type Ask = (request: HttpClientRequest.HttpClientRequest) => Begun<Whole, Unanswered>

const wholly: unique symbol = Symbol.for("holdfast/Exchange/wholly")

/** A client that can also give answers when they are whole, which costs a fifth of one whose body may still be coming. */
export const whole = (client: HttpClient.HttpClient, ask: Ask): HttpClient.HttpClient =>
  Object.assign(client, { [wholly]: ask })

const isWhole = (client: HttpClient.HttpClient): client is HttpClient.HttpClient & { readonly [wholly]: Ask } =>
  wholly in client

const decodeJson = Option.liftThrowable((body: string): unknown => JSON.parse(body))

const read = ({ body, headers, status }: Whole): Answer => ({
  status,
  headers,
  body: body === "" ? undefined : Option.getOrUndefined(decodeJson(body))
})

/** Makes one request and reads its whole answer, within 20 s unless told otherwise. */
export const exchange = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  within: Duration.Duration = deadline
): Effect.Effect<Answer, Unanswered> => {
  const late = () =>
    new Unanswered({ cause: `no whole answer within ${Duration.format(within)}`, sent: true, late: true })
  const { _tag } = request.body
  if (isWhole(client) && (_tag === "Empty" || _tag === "Uint8Array"))
    return Effect.map(during(client[wholly](request), within, late), read)
  return client.execute(request).pipe(
    Effect.flatMap(({ headers, status, text }) => Effect.map(text, (body) => ({ status, headers, body }))),
    Effect.mapError(unanswered),
    // a span would tell the address, which may have a token in it, and a header would tell the platform of the span
    Effect.withTracerEnabled(false),
    before(within, late),
    Effect.map(read)
  )
}
