import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import { Digest } from "../adapter/Digest.ts"

/** By Node's own cryptography. */
export const layer: Layer.Layer<Digest> = Layer.succeed(Digest, {
  begin: (algorithm) => {
    const hash = createHash(algorithm)
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") }
  }
})
