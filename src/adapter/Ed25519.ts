import * as Context from "effect/Context"

/** Signatures by Ed25519 (RFC 8032), made where they are asked for: what comes by webhook is judged before anything else happens. */
export class Ed25519 extends Context.Tag("holdfast/Ed25519")<
  Ed25519,
  {
    /** What signs with the key that a seed of 32 bytes makes; a signature has 64. */
    readonly signer: (seed: Uint8Array) => (message: Uint8Array) => Uint8Array
  }
>() {}
