import { createHash } from "node:crypto"
import * as Layer from "effect/Layer"
import { Sha256 } from "../adapter/Sha256.ts"

/** By Node's own cryptography. */
export const layer: Layer.Layer<Sha256> = Layer.succeed(Sha256, (text) =>
  createHash("sha256").update(text, "utf8").digest("hex")
)
