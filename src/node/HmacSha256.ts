import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createHmac } from "node:crypto"
import { HmacSha256 } from "../adapter/HmacSha256.ts"

/** By Node's own cryptography. */
export const layer: Layer.Layer<HmacSha256> = Layer.succeed(HmacSha256, (secret, text) =>
  createHmac("sha256", Redacted.value(secret)).update(text, "utf8").digest("hex")
)
