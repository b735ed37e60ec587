import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Fields } from "./Fields.ts"

/** A file that goes along with a call, under the name of the parameter that it is. */
export interface Upload {
  readonly field: string
  readonly bytes: Uint8Array
  readonly name: string
  readonly mediaType?: string | undefined
}

const utf8 = new TextEncoder()

/** A quoted parameter of a header, as browsers write it: https://html.spec.whatwg.org/#multipart-form-data */
const quoted = (value: string): string =>
  `"${value.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22")}"`

const concat = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

const encode = (boundary: string, params: Fields, { bytes, field, mediaType, name }: Upload): Uint8Array => {
  const part = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`
  const fields = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const written = typeof value === "string" ? value : JSON.stringify(value)
      return `${part(`name=${quoted(key)}`)}\r\n${written}\r\n`
    })
  const type = (mediaType ?? "application/octet-stream").replace(/[\r\n]/g, "")
  const file = `${part(`name=${quoted(field)}; filename=${quoted(name)}`)}Content-Type: ${type}\r\n\r\n`
  return concat([utf8.encode(fields.join("") + file), bytes, utf8.encode(`\r\n--${boundary}--\r\n`)])
}

/** Gives a request a multipart/form-data body that says `params` and brings a file; what is no string is written as JSON. */
export const bodied = (
  request: HttpClientRequest.HttpClientRequest,
  params: Fields,
  upload: Upload
): Effect.Effect<HttpClientRequest.HttpClientRequest> =>
  Effect.map(Effect.all([Random.nextInt, Random.nextInt]), (drawn) => {
    // long enough not to occur in what it parts
    const boundary = `holdfast-${drawn.map((part) => Math.abs(part).toString(36)).join("-")}`
    const type = `multipart/form-data; boundary=${boundary}`
    return HttpClientRequest.bodyUint8Array(request, encode(boundary, params, upload), type)
  })
