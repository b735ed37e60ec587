import * as Layer from "effect/Layer"
import { createPrivateKey, sign } from "node:crypto"
import { Ed25519 } from "../adapter/Ed25519.ts"

/** What stands before the seed in a private key of this kind. Source: RFC 8410, section 7 */
const head = Buffer.from("302e020100300506032b657004220420", "hex")

/** By OpenSSL, as Node brings it. */
export const layer: Layer.Layer<Ed25519> = Layer.succeed(Ed25519, {
  signer: (seed) => {
    const key = createPrivateKey({ key: Buffer.concat([head, seed]), format: "der", type: "pkcs8" })
    return (message) => sign(null, message, key)
  }
})
