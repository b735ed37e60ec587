import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** Source: RFC 4648, section 4 */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
const pad = "="

const letters = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0))
const noLetter = 64
const values = new Uint8Array(256).fill(noLetter)
letters.forEach((letter, value) => (values[letter] = value))

const [toText, toBytes] = [new TextDecoder(), new TextEncoder()]

/** Bytes in base64, padded. `Encoding.encodeBase64` would hold the event loop for half a second a megabyte; this takes milliseconds. */
export const encode = (bytes: Uint8Array): string => {
  const size = bytes.length
  const out = new Uint8Array(4 * Math.ceil(size / 3))
  for (let read = 0, at = 0; read < size; read += 3, at += 4) {
    const three = ((bytes[read] ?? 0) << 16) | ((bytes[read + 1] ?? 0) << 8) | (bytes[read + 2] ?? 0)
    out[at] = letters[three >> 18] ?? 0
    out[at + 1] = letters[(three >> 12) & 63] ?? 0
    out[at + 2] = letters[(three >> 6) & 63] ?? 0
    out[at + 3] = letters[three & 63] ?? 0
  }
  const missing = (3 - (size % 3)) % 3
  out.fill(pad.charCodeAt(0), out.length - missing)
  return toText.decode(out)
}

/** What base64 holds, whatever ends of lines are in it; or that it is none. */
export const decode = (text: string): Either.Either<Uint8Array, string> => {
  const wrong = Either.left("it wants base64")
  const given = toBytes.encode(/[\r\n]/.test(text) ? text.replace(/[\r\n]/g, "") : text)
  const end = given.length
  if (end % 4 !== 0) return wrong
  const padding = given[end - 1] === pad.charCodeAt(0) ? (given[end - 2] === pad.charCodeAt(0) ? 2 : 1) : 0
  given.fill(letters[0] ?? 0, end - padding)
  const out = new Uint8Array((3 * end) / 4 - padding)
  let seen = 0
  for (let read = 0, at = 0; read < end; read += 4, at += 3) {
    const one = values[given[read] ?? 0] ?? noLetter
    const two = values[given[read + 1] ?? 0] ?? noLetter
    const three = values[given[read + 2] ?? 0] ?? noLetter
    const four = values[given[read + 3] ?? 0] ?? noLetter
    seen |= one | two | three | four
    const whole = (one << 18) | (two << 12) | (three << 6) | four
    out[at] = whole >> 16
    out[at + 1] = whole >> 8
    out[at + 2] = whole
  }
  return (seen & noLetter) === 0 ? Either.right(out) : wrong
}

/** Bytes that are written in base64. */
export const Bytes = Schema.transformOrFail(Schema.String, Schema.Uint8ArrayFromSelf, {
  strict: true,
  decode: (text, _, ast) => Either.mapLeft(decode(text), (why) => new ParseResult.Type(ast, text, why)),
  encode: (bytes) => Either.right(encode(bytes))
})
