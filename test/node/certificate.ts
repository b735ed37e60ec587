import { generateKeyPairSync, sign } from "node:crypto"

const der = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const body = Buffer.concat(parts)
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const sequence = (...parts: ReadonlyArray<Uint8Array>) => der(0x30, ...parts)
const commonName = Buffer.from([0x55, 0x04, 0x03])
const ed25519 = sequence(der(0x06, Buffer.from([0x2b, 0x65, 0x70])))

/** A key and a certificate that it signed for itself, good for `name` from 2000 to 2049. */
export const selfSigned = (name: string): { readonly key: string; readonly cert: string } => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  const subject = sequence(der(0x31, sequence(der(0x06, commonName), der(0x0c, Buffer.from(name)))))
  const validity = sequence(der(0x17, Buffer.from("000101000000Z")), der(0x17, Buffer.from("491231235959Z")))
  const body = sequence(
    der(0x02, Buffer.from([1])),
    ed25519,
    subject,
    validity,
    subject,
    publicKey.export({ type: "spki", format: "der" })
  )
  const whole = sequence(body, ed25519, der(0x03, Buffer.from([0]), sign(null, body, privateKey)))
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString("base64")}\n-----END CERTIFICATE-----\n`
  }
}
