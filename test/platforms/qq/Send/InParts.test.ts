import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import type { Fields } from "../../../../src/adapter/Fields.ts"
import { make as makeRest } from "../../../../src/platforms/qq/Rest.ts"
import { InParts } from "../../../../src/platforms/qq/Send/InParts.ts"
import { type Asked, main, type Reaction, secret, systemError, wire } from "../wire.ts"
import { digest, refused, token } from "./asking.ts"

const bytes = Uint8Array.from({ length: 11 }, (_, byte) => byte)
const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex")

const store = "https://store.example"
const prepared = (parts: ReadonlyArray<Fields>, more: Fields = {}): Reaction => ({
  json: { upload_id: "up", block_size: "6", parts, ...more }
})
const two = [0, 1].map((index) => ({ index, presigned_url: `${store}/${index}?sign=${secret}` }))
const stored = { file_uuid: "u", file_info: "CkZ1", ttl: 0 }
const usual: Readonly<Record<string, Reaction>> = {
  upload_prepare: prepared(two),
  put: { status: 200 },
  upload_part_finish: { json: {} },
  files: { json: stored }
}

/** Brings a file to a QQ where nothing goes wrong but what a test has to say: what came of it, and each step. */
const bring = (react: (path: string) => Reaction | undefined = () => undefined) =>
  Effect.gen(function* () {
    const { asked, layer } = wire(({ url }) => {
      const path = url.startsWith(store) ? "put" : (url.split("/").at(-1) ?? "")
      return react(path) ?? usual[path] ?? { status: 404 }
    })
    const rest = yield* Effect.provide(makeRest(main, token), layer)
    const parts = new InParts(rest, digest)
    const file = { file_type: 4, srv_send_msg: false, file_name: "a.pdf" }
    const bringing = yield* Effect.fork(Effect.either(parts.bring("/v2/users/A", file, "a.pdf", bytes)))
    yield* TestClock.adjust("4 minutes")
    return { asked, came: yield* Fiber.join(bringing), steps: asked.map(stepOf) }
  })
const stepOf = ({ url }: Asked): string =>
  url.startsWith(store) ? `put ${new URL(url).pathname}` : (url.split("/").at(-1) ?? "")
const finishes = (steps: ReadonlyArray<string>) => steps.filter((step) => step === "upload_part_finish").length
const puts = (steps: ReadonlyArray<string>) => steps.filter((step) => step.startsWith("put")).length

describe("QQ files in parts", () => {
  it.effect("are told of by their digests, and brought piece by piece to where QQ says, without the token", () =>
    Effect.gen(function* () {
      const { asked, came, steps } = yield* bring()
      expect(came).toMatchObject({ right: { body: stored } })
      const told = "upload_part_finish"
      expect(steps).toEqual(["upload_prepare", "put /0", told, "put /1", told, "files"])
      const digests = { md5: hash("md5"), sha1: hash("sha1"), md5_10m: hash("md5") }
      expect(asked[0]?.body).toEqual({ file_type: 4, file_name: "a.pdf", file_size: "11", ...digests })
      for (const put of [asked[1], asked[3]]) {
        expect(put).toMatchObject({ method: "PUT" })
        expect(put?.headers).not.toHaveProperty("authorization")
      }
      expect([asked[1]?.body, asked[3]?.body]).toEqual([6, 5])
      expect([asked[2]?.body, asked[4]?.body]).toMatchObject([
        { upload_id: "up", part_index: 0, block_size: "6" },
        { upload_id: "up", part_index: 1, block_size: "5" }
      ])
      expect(asked[5]?.body).toEqual({ file_type: 4, file_name: "a.pdf", srv_send_msg: false, upload_id: "up" })
    })
  )

  it.effect("have each part told of again every second until QQ has seen it, as long as it says and no longer", () =>
    Effect.gen(function* () {
      for (const [more, told] of [
        [{}, 31],
        [{ upload_config: { retry_timeout: "5" } }, 6],
        [{ retry_timeout: 600 }, 61]
      ] as const) {
        const { came, steps } = yield* bring((path) => {
          if (path === "upload_prepare") return prepared(two, more)
          return path === "upload_part_finish" ? refused(40093001) : undefined
        })
        expect(came).toMatchObject({ right: { code: 40093001 } })
        expect([puts(steps), finishes(steps)]).toEqual([1, told])
      }
    })
  )

  it.effect(
    "go nowhere where QQ's answer does not say where, or not for all of it; what it has already is not brought",
    () =>
      Effect.gen(function* () {
        const wrong: ReadonlyArray<Reaction> = [
          prepared(two.slice(1)),
          prepared([...two, ...two]),
          prepared([{ index: 1, presigned_url: "file:///etc/passwd", block_size: 20 }]),
          prepared([{ index: 1, presigned_url: `${store}/1`, block_size: "-1" }], { block_size: 0 }),
          { json: { upload_id: "", parts: two, block_size: 6 } },
          { json: {} }
        ]
        for (const reaction of wrong) {
          const { came, steps } = yield* bring((path) => (path === "upload_prepare" ? reaction : undefined))
          expect(came).toMatchObject({ left: { sent: true, cause: expect.stringContaining("where the parts") } })
          expect(steps).toEqual(["upload_prepare"])
        }
        const known = yield* bring((path) => (path === "upload_prepare" ? prepared([]) : undefined))
        expect(known.steps).toEqual(["upload_prepare", "files"])
      })
  )

  it.effect(
    "end with the first refusal; what may pass is tried again, for three minutes at most, and no address is told",
    () =>
      Effect.gen(function* () {
        const cases: ReadonlyArray<readonly [path: string, reaction: Reaction, came: object, puts: number]> = [
          ["upload_prepare", refused(850027), { right: { code: 850027 } }, 0],
          ["put", { status: 403, raw: "<Error/>" }, { right: { status: 403 } }, 1],
          ["put", { fault: systemError("ECONNRESET") }, { left: { sent: true } }, 3],
          ["put", { status: 500 }, { left: { sent: true } }, 3],
          ["put", "never", { left: { cause: expect.stringContaining("3m") } }, 3],
          ["upload_part_finish", refused(40011000), { right: { code: 40011000 } }, 1],
          ["upload_part_finish", { fault: systemError("ECONNRESET") }, { left: { sent: true } }, 3],
          ["files", refused(850027), { right: { code: 850027 } }, 2]
        ]
        for (const [failing, reaction, expected, times] of cases) {
          const { came, steps } = yield* bring((path) => (path === failing ? reaction : undefined))
          expect(came, failing).toMatchObject(expected)
          expect(puts(steps), failing).toBe(times)
          expect(JSON.stringify(came)).not.toContain(secret)
        }
      })
  )
})
