import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"

/** Letters and digits that nobody takes for one another: no 0 and O, no 1 and I. There are 32, so that each byte drawn is fair. */
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

const length = 8

const written = new RegExp(`^[${alphabet}]{${length}}$`)

/** A code as it is drawn, of what a person typed: without what they put between the letters, and in capitals; undefined if it is none. */
export const understood = (typed: Redacted.Redacted): Redacted.Redacted | undefined => {
  const code = Redacted.value(typed).replace(/[\s-]/g, "").toUpperCase()
  return written.test(code) ? Redacted.make(code) : undefined
}

/** A code as people read it. */
export const shown = (code: Redacted.Redacted): string => {
  const text = Redacted.value(code)
  return `${text.slice(0, length / 2)}-${text.slice(length / 2)}`
}

/** Rounds of the derivation, so that who reads the store does not find a code in the minutes for which it is good. */
const rounds = 100_000

const utf8 = new TextEncoder()

const random = (bytes: number) => Effect.sync(() => crypto.getRandomValues(new Uint8Array(bytes)))

/** What pairing codes are made of, by the Web Cryptography that every runtime has; tests bring chance of their own. */
export class Codes extends Context.Reference<Codes>()("holdfast/Codes", {
  defaultValue: () => ({
    /** One that nobody can foresee. */
    draw: Effect.map(random(length), (bytes) =>
      Redacted.make(Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join(""))
    ),
    salt: Effect.map(random(16), Encoding.encodeHex),
    /** What a code can be known again by, and not found from: PBKDF2 with SHA-256 (RFC 8018), in hexadecimal digits. */
    digest: (code: Redacted.Redacted, salt: string): Effect.Effect<string> =>
      Effect.gen(function* () {
        const password = utf8.encode(Redacted.value(code))
        const key = yield* Effect.promise(() =>
          crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"])
        )
        const how = { name: "PBKDF2", hash: "SHA-256", salt: utf8.encode(salt), iterations: rounds }
        const bits = yield* Effect.promise(() => crypto.subtle.deriveBits(how, key, 256))
        return Encoding.encodeHex(new Uint8Array(bits))
      })
  })
}) {}
