import { createHash } from "node:crypto"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { refusals } from "../../../../src/platforms/qq/Simulator/Refusals.ts"
import { digest } from "../Send/asking.ts"
import * as Raw from "./RawClient.ts"

const here = "/v2/users/U1"
const options = {
  conversations: ["c2c:U1", "group:G1"],
  blockSize: 4,
  uploadLimit: 10,
  partSeenAfter: "2 seconds",
  digest
} as const
const bytes = new TextEncoder().encode("abcdefg")
const hash = (algorithm: string, some: Uint8Array = bytes) => createHash(algorithm).update(some).digest("hex")
const file = {
  file_type: 4,
  file_name: "a.txt",
  file_size: "7",
  md5: hash("md5"),
  sha1: hash("sha1"),
  md5_10m: hash("md5")
}

const Prepared = Schema.parseJson(
  Schema.Struct({
    upload_id: Schema.String,
    parts: Schema.Array(
      Schema.Struct({ index: Schema.Int, presigned_url: Schema.String, block_size: Schema.NumberFromString })
    )
  })
)
const codeOf = ({ body, status }: Effect.Effect.Success<ReturnType<typeof Raw.call>>) =>
  status === 200 ? 0 : body.err_code
const put = (url: string, some: Uint8Array, headers = {}) =>
  HttpClientRequest.put(url).pipe(
    HttpClientRequest.bodyUint8Array(some),
    HttpClientRequest.setHeaders(headers),
    HttpClient.execute,
    Effect.map(({ status }) => status),
    Effect.scoped
  )

const stage = Effect.gen(function* () {
  const token = yield* Raw.getToken()
  const post = (path: string, body: object, to = here) => Raw.call("POST", `${to}/${path}`, body, token)
  const prepare = Effect.flatMap(post("upload_prepare", file), ({ text }) => Schema.decode(Prepared)(text))
  const finish = (upload_id: string, index: number, some: Uint8Array) =>
    post("upload_part_finish", {
      upload_id,
      part_index: index,
      block_size: String(some.length),
      md5: hash("md5", some)
    })
  return { finish, post, prepare }
})

describe("a file in parts", () => {
  it.scoped("is taken once every part is there, was seen, and is what was said of it", () =>
    Raw.withSimulator(options, () =>
      Effect.gen(function* () {
        const { finish, post, prepare } = yield* stage
        const { parts, upload_id } = yield* prepare
        expect(parts.map(({ block_size, index }) => [index, block_size])).toEqual([
          [1, 4],
          [2, 3]
        ])
        for (const { block_size, index, presigned_url } of parts) {
          const from = index === 1 ? 0 : 4
          const piece = bytes.subarray(from, from + block_size)
          expect(codeOf(yield* finish(upload_id, index, piece))).toBe(refusals.partNotReady[1])
          expect(yield* put(presigned_url, piece)).toBe(200)
          expect(codeOf(yield* finish(upload_id, index, piece))).toBe(refusals.partNotReady[1])
          yield* TestClock.adjust("2 seconds")
          expect(
            codeOf(
              yield* finish(
                upload_id,
                index,
                piece.map((byte) => byte + 1)
              )
            )
          ).toBe(40011000)
          expect(codeOf(yield* post("files", { file_type: 4, upload_id }))).toBe(refusals.partNotReady[1])
          expect(codeOf(yield* finish(upload_id, index, piece))).toBe(0)
        }
        expect(codeOf(yield* post("files", { file_type: 4, upload_id }, "/v2/groups/G1"))).toBe(40011000)
        expect(codeOf(yield* post("files", { file_type: 4, upload_id }))).toBe(0)
        expect(codeOf(yield* post("files", { file_type: 4, upload_id }))).toBe(40011000)
      })
    )
  )

  it.scoped("goes nowhere but where it was told to, with nothing but that address, and is no other one", () =>
    Raw.withSimulator(options, () =>
      Effect.gen(function* () {
        const { finish, post, prepare } = yield* stage
        const { parts, upload_id } = yield* prepare
        const [first, second] = parts.map(({ presigned_url }) => presigned_url)
        const piece = bytes.subarray(0, 4)
        expect(yield* put(`${first}x`, piece)).toBe(403)
        expect(yield* put(`${first}`.replace(upload_id, "other"), piece)).toBe(404)
        expect(yield* put(`${first}`, bytes)).toBe(400)
        expect(yield* put(`${first}`, piece, { authorization: "QQBot x" })).toBe(400)
        yield* put(`${first}`, piece)
        yield* put(`${second}`, piece.subarray(0, 3))
        yield* TestClock.adjust("2 seconds")
        yield* finish(upload_id, 1, piece)
        yield* finish(upload_id, 2, piece.subarray(0, 3))
        expect(codeOf(yield* post("files", { file_type: 4, upload_id }))).toBe(40011000)
        const prepared = (more: object, to = here) =>
          Effect.map(post("upload_prepare", { ...file, ...more }, to), codeOf)
        expect(yield* prepared({ file_size: 11 })).toBe(refusals.fileTooLarge[1])
        expect(yield* prepared({ md5: "no" })).toBe(40011000)
        expect(yield* prepared({}, "/v2/users/U2")).toBe(40054004)
      })
    )
  )
})
