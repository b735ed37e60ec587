import type * as Context from "effect/Context"
import * as Redacted from "effect/Redacted"
import { equal } from "../../../adapter/ConstantTime.ts"
import type { Ed25519 } from "../../../adapter/Ed25519.ts"

const utf8 = new TextEncoder()

/** The client secret's bytes, repeated to the 32 that a key is made of. Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/event-emit.html */
export const seedOf = (clientSecret: Redacted.Redacted): Uint8Array => {
  const bytes = utf8.encode(Redacted.value(clientSecret))
  return Uint8Array.from({ length: 32 }, (_, index) => bytes[index % bytes.length] ?? 0)
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

/** The key that the platform and the bot both make of the client secret. Signatures are written in hexadecimal digits. */
export interface Key {
  readonly sign: (timestamp: string, rest: string | Uint8Array) => string
  /** Whether a request with this body was signed by who knows the secret. */
  readonly signed: (signature: string, timestamp: string, body: Uint8Array) => boolean
}

export const key = (ed25519: Context.Tag.Service<Ed25519>, clientSecret: Redacted.Redacted): Key => {
  const signer = ed25519.signer(seedOf(clientSecret))
  const sign: Key["sign"] = (timestamp, rest) => {
    const [time, text] = [utf8.encode(timestamp), typeof rest === "string" ? utf8.encode(rest) : rest]
    const message = new Uint8Array(time.length + text.length)
    message.set(time)
    message.set(text, time.length)
    return hex(signer(message))
  }
  return {
    sign,
    // a key has one signature for each message
    signed: (signature, timestamp, body) => equal(signature.toLowerCase(), sign(timestamp, body))
  }
}
