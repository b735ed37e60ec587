import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import { createPrivateKey, createPublicKey, verify } from "node:crypto"
import { Ed25519 } from "../../../../src/adapter/Ed25519.ts"
import * as NodeEd25519 from "../../../../src/node/Ed25519.ts"
import { key, seedOf } from "../../../../src/platforms/qq/Protocol/Signature.ts"

const utf8 = new TextEncoder()

const keyOf = (secret: string) =>
  Effect.map(Effect.scoped(Layer.build(NodeEd25519.layer)), (context) =>
    key(Context.get(context, Ed25519), Redacted.make(secret))
  )

/** The public half, by a way of its own. */
const publicOf = (seed: Uint8Array) =>
  createPublicKey(
    createPrivateKey({
      key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
      format: "der",
      type: "pkcs8"
    })
  )

interface Vector {
  readonly what: string
  readonly secret: string
  readonly seed: string
  readonly publicKey: string
  readonly timestamp: string
  readonly rest: string
  readonly signature: string
}

/** The first three are the platform's: its documentation's address check and event, and the test of its Go SDK. */
const vectors: ReadonlyArray<Vector> = [
  {
    what: "the check of an address",
    secret: "DG5g3B4j9X2KOErG",
    seed: "DG5g3B4j9X2KOErGDG5g3B4j9X2KOErG",
    publicKey: "8b28ded5630f9051c205dd04c6ec56ad0b08b8812b2fe30ee9aece0ab41926f3",
    timestamp: "1725442341",
    rest: "Arq0D5A61EgUu4OxUvOp",
    signature:
      "87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d01bcfcadc0842edac85e85205028a1132afe09280305f13aa6909ffc2d652c706"
  },
  {
    what: "an event, by a secret of 28 characters",
    secret: "naOC0ocQE3shWLAfffVLB1rhYPG7",
    seed: "naOC0ocQE3shWLAfffVLB1rhYPG7naOC",
    publicKey: "d7c362fe78aef81ff23287b493628b5db02a3c4fe30b215e4d19609b5d76673a",
    timestamp: "1725442341",
    rest: '{\n  "op": 0,\n  "d": {},\n  "t": "GATEWAY_EVENT_NAME"\n}',
    signature:
      "865ad13a61752ca65e26bde6676459cd36cf1be609375b37bd62af366e1dc25a8dc789ba7f14e017ada3d554c671a911bfdf075ba54835b23391d509579ed002"
  },
  {
    what: "a body that is not ASCII, by a secret of 12 characters",
    secret: "123456abcdef",
    seed: "123456abcdef123456abcdef123456ab",
    publicKey: "1c3039fbc8134a9df2a09f47cf4bf9303440988cec3b22056b62470b85fa80a7",
    timestamp: "1728981195",
    rest: '{"id":"ROBOT1.0_veoihSEXDc8Q.g-6eLpNIa11bH8MisOjn-m-LKxCPntMk6exUXgcWCGpVO7L2QKTNZzjZzFFDSbiOFcqAPWyVA!!","content":"哦一下","timestamp":"2024-10-15T16:33:15+08:00","author":{"id":"675860273","user_openid":"675860273"}}',
    signature:
      "e949b5b94ef4103df903fb031d1d16e358db3db83e79e117edd404c8508be3ce8a76d7bad1bed353194c126a1a5915b4ad8b5288c1191cc53a12acffccd82004"
  },
  {
    what: "an event, by another secret of 12 characters",
    secret: "s1ppQQbotKEY",
    seed: "s1ppQQbotKEYs1ppQQbotKEYs1ppQQbo",
    publicKey: "9f3f2765fc9ac90a5bbdedf1764d689c48f8786e6897d5923a4bfe87916cee3f",
    timestamp: "1700000000",
    rest: '{"op":0,"s":1,"t":"FRIEND_ADD","d":{},"id":"FRIEND_ADD:x"}',
    signature:
      "f19ec7ef7d68d043aed233fd219b91403192571d2f444fa4c7e5f37db2d670d300a5234ced67b6c508540a56954f2819d3b7bc2ddcd83e076123b0e26b7cff01"
  }
]

describe.each(vectors)("$what", ({ publicKey, rest, secret, seed, signature, timestamp }) => {
  it("is signed with the seed and the key that the platform makes of the secret", () => {
    const bytes = seedOf(Redacted.make(secret))
    expect(new TextDecoder().decode(bytes)).toBe(seed)
    const made = publicOf(bytes)
    expect(made.export({ format: "der", type: "spki" }).subarray(-32).toString("hex")).toBe(publicKey)
    expect(verify(null, Buffer.from(timestamp + rest), made, Buffer.from(signature, "hex"))).toBe(true)
  })

  it.effect("is signed as the platform signs it, and known as such, in digits of either case", () =>
    Effect.gen(function* () {
      const { sign, signed } = yield* keyOf(secret)
      expect(sign(timestamp, rest)).toBe(signature)
      expect(signed(signature, timestamp, utf8.encode(rest))).toBe(true)
      expect(signed(signature.toUpperCase(), timestamp, utf8.encode(rest))).toBe(true)
    })
  )

  it.effect("is refused when a bit of anything is another", () =>
    Effect.gen(function* () {
      const { signed } = yield* keyOf(secret)
      const body = utf8.encode(rest)
      const tampered = body.with(body.length - 1, (body.at(-1) ?? 0) ^ 1)
      expect(signed(signature, timestamp, tampered)).toBe(false)
      expect(signed(signature, timestamp, body.subarray(1))).toBe(false)
      expect(signed(signature, `${Number(timestamp) + 1}`, body)).toBe(false)
      expect(
        signed(
          signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
          timestamp,
          body
        )
      ).toBe(false)
      const other = yield* keyOf(`${secret}!`)
      expect(other.signed(signature, timestamp, body)).toBe(false)
    })
  )
})

it.effect("the event as the documentation prints it, on one line, is not what it signed", () =>
  Effect.gen(function* () {
    const [, event] = vectors
    const { signed } = yield* keyOf(event?.secret ?? "")
    const printed = '{ "op": 0,"d": {}, "t": "GATEWAY_EVENT_NAME"}'
    expect(signed(event?.signature ?? "", "1725442341", utf8.encode(printed))).toBe(false)
  })
)

it.effect.each([[""], ["00"], ["x".repeat(128)], ["0".repeat(128)], ["0".repeat(127)], ["f".repeat(130)]])(
  "%j is nobody's signature",
  ([signature = ""]) =>
    Effect.gen(function* () {
      const { signed } = yield* keyOf("DG5g3B4j9X2KOErG")
      expect(signed(signature, "1725442341", utf8.encode("{}"))).toBe(false)
    })
)

it("a secret of any length makes a seed of 32 bytes", () => {
  for (const secret of ["a", "12345678901234567890123456789012", "x".repeat(100), "密钥"]) {
    expect(seedOf(Redacted.make(secret))).toHaveLength(32)
  }
  expect(new TextDecoder().decode(seedOf(Redacted.make(`${"y".repeat(32)}z`)))).toBe("y".repeat(32))
})
