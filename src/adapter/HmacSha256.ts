import * as Context from "effect/Context"
import type * as Redacted from "effect/Redacted"

/** The HMAC with SHA-256 (RFC 2104) of a text in UTF-8 under a secret, as 64 hexadecimal digits in lower case. */
export class HmacSha256 extends Context.Tag("holdfast/HmacSha256")<
  HmacSha256,
  (secret: Redacted.Redacted, text: string) => string
>() {}
