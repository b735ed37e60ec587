import * as Context from "effect/Context"

/** A digest of bytes that come one after the other. */
export interface Digesting {
  readonly update: (bytes: Uint8Array) => void
  /** What all of them come to, as hexadecimal digits in lower case; nothing follows it. */
  readonly hex: () => string
}

/** Digests that platforms know files by: MD5 (RFC 1321) and SHA-1 (FIPS 180-4). They keep no secret, and no stranger out. */
export class Digest extends Context.Tag("holdfast/Digest")<
  Digest,
  { readonly begin: (algorithm: "md5" | "sha1") => Digesting }
>() {}
