import { HttpClient, HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { record } from "../../../../src/adapter/Fields.ts"
import type { Post } from "../../../../src/adapter/Simulator.ts"
import * as Raw from "./RawClient.ts"

const chat_id = 7001
const conversations = ["chat:7001"]
const bytes = new Uint8Array([0, 13, 10, 45, 45, 255, 13, 10, 13, 10, 0])

const upload = (method: string, fields: Record<string, string>, field: string, content = bytes) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append(field, new Blob([content], { type: "application/pdf" }), "a b.pdf")
  return Raw.request(
    HttpClientRequest.bodyFormData(HttpClientRequest.post(`${Raw.api}/bot${Raw.token}/${method}`), form)
  )
}

/** The bytes of a file, by its id, as a bot gets them. */
const fetched = (file_id: unknown) =>
  Effect.gen(function* () {
    const { file_path } = yield* Raw.sent("getFile", { file_id })
    const response = yield* HttpClient.get(`${Raw.api}/file/bot${Raw.token}/${String(file_path)}`)
    return { status: response.status, path: String(file_path), bytes: new Uint8Array(yield* response.arrayBuffer) }
  })

describe("a file that is uploaded", () => {
  it.scoped("is shown, and can be fetched byte for byte", () =>
    Raw.withSimulator({ conversations }, (simulator) =>
      Effect.gen(function* () {
        const reply_markup = '{"inline_keyboard":[[{"text":"ok","callback_data":"ok"}]]}'
        const args = { chat_id: "7001", caption: "two\r\nlines", reply_markup }
        const { result } = yield* upload("sendDocument", args, "document")
        const document = record(record(result)["document"])
        expect(document).toMatchObject({ file_name: "a b.pdf", mime_type: "application/pdf", file_size: bytes.length })
        expect(result).toMatchObject({ caption: "two\r\nlines", reply_markup: JSON.parse(reply_markup) })
        expect(yield* fetched(document["file_id"])).toMatchObject({ status: 200, bytes, path: "documents/file_1.pdf" })
        expect((yield* simulator.said).map(({ text }) => text)).toEqual(["two\r\nlines"])
      })
    )
  )

  it.scoped("can stand under another name, which is referred to", () =>
    Raw.withSimulator({ conversations }, () =>
      Effect.gen(function* () {
        const { result } = yield* upload("sendVoice", { chat_id: "7001", voice: "attach://other" }, "other")
        expect(yield* fetched(record(record(result)["voice"])["file_id"])).toMatchObject({ bytes })
      })
    )
  )

  it.scoped("is refused when it is empty, or too big for a picture", () =>
    Raw.withSimulator({ conversations }, () =>
      Effect.gen(function* () {
        const photo = (size: number) => upload("sendPhoto", { chat_id: "7001" }, "photo", new Uint8Array(size))
        expect((yield* photo(0)).description).toBe("Bad Request: file must be non-empty")
        expect((yield* photo(10 * 2 ** 20 + 1)).description).toBe(
          "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"
        )
      })
    )
  )
})

describe("a file that is given by URL", () => {
  const serving =
    (status: number, type: string): Post =>
    () =>
      Effect.succeed({ status, headers: { "content-type": type }, body: bytes })
  const photo = "https://example.com/pictures/a%20b.jpg"

  it.scoped("is fetched by the platform", () =>
    Raw.withSimulator({ conversations, post: serving(200, "image/jpeg") }, () =>
      Effect.gen(function* () {
        const message = yield* Raw.sent("sendDocument", { chat_id, document: photo })
        expect(message).toMatchObject({ document: { file_name: "a b.jpg", mime_type: "image/jpeg" } })
        expect(yield* fetched(record(message["document"])["file_id"])).toMatchObject({ bytes })
      })
    )
  )

  it.scoped("is refused when it cannot be fetched, or is a page", () =>
    Effect.gen(function* () {
      const refusal = (post: Post, url = photo) =>
        Raw.withSimulator({ conversations, post }, () => Raw.refused("sendPhoto", { chat_id, photo: url }))
      expect(yield* refusal(serving(404, "text/plain"))).toBe("Bad Request: failed to get HTTP URL content")
      expect(yield* refusal(serving(200, "text/html"))).toBe("Bad Request: wrong type of the web page content")
      expect(yield* refusal(serving(200, "image/jpeg"), "https://")).toBe("Bad Request: wrong HTTP URL specified")
    })
  )

  it.scoped("is refused as long as nothing can be fetched", () =>
    Raw.withSimulator({ conversations }, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "DropFetch", times: 1 })
        expect(yield* Raw.refused("sendPhoto", { chat_id, photo })).toBe("Bad Request: failed to get HTTP URL content")
        expect(yield* Raw.refused("sendPhoto", { chat_id, photo })).toBeUndefined()
      })
    )
  )
})

describe("a file that a person shows", () => {
  const kinds = ["photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"] as const
  it.scoped.each(kinds)("as %s arrives with what it takes to fetch it, and can be sent on", (kind) =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.show({ conversation: "chat:7001", kind, bytes, caption: "look" })
        const [update] = yield* Raw.poll()
        expect(update).toMatchObject({ message: { caption: "look", from: { id: 7001 } } })
        const shown = record(update?.message)[kind]
        const file = record(Array.isArray(shown) ? shown.at(-1) : shown)
        expect(file["file_size"]).toBe(bytes.length)
        expect(yield* fetched(file["file_id"])).toMatchObject({ bytes })
        const method = `send${kind.replace("_", "")}`
        expect(yield* Raw.refused(method, { chat_id, [kind]: file["file_id"] })).toBeUndefined()
      })
    )
  )

  it.scoped("with others is an album: a message each, of one group, the caption under the first", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const items = [1, 2].map(() => ({ kind: "photo" as const, bytes }))
        expect(yield* simulator.album({ conversation: "chat:7001", items, caption: "two" })).toEqual(["1", "2"])
        const messages = (yield* Raw.poll()).map(({ message }) => record(message))
        expect(messages.map(({ caption }) => caption)).toEqual(["two", undefined])
        expect(new Set(messages.map(({ media_group_id }) => media_group_id)).size).toBe(1)
        expect(messages[0]?.["media_group_id"]).toEqual(expect.any(String))
      })
    )
  )
})

describe("getFile", () => {
  it.scoped("refuses what is missing, unknown or too big, and the path of nothing is not found", () =>
    Raw.withSimulator({ downloadLimit: 10 }, (simulator) =>
      Effect.gen(function* () {
        expect(yield* Raw.refused("getFile")).toBe("Bad Request: file_id not specified")
        expect(yield* Raw.refused("getFile", { file_id: "x" })).toBe(
          "Bad Request: wrong file_id or the file is temporarily unavailable"
        )
        yield* simulator.show({ conversation: "chat:7001", kind: "document", bytes })
        const [update] = yield* Raw.poll()
        const { file_id } = record(record(update?.message)["document"])
        expect(yield* Raw.refused("getFile", { file_id })).toBe("Bad Request: file is too big")
        const nothing = yield* HttpClient.get(`${Raw.api}/file/bot${Raw.token}/documents/file_9.pdf`)
        expect(nothing.status).toBe(404)
      })
    )
  )
})

it.scoped("a send is refused for its chat before anything is fetched", () =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const post: Post = ({ url }) => Effect.sync(() => ({ status: 200, headers: {}, body: `${asked.push(url.href)}` }))
    const photo = "https://example.com/a.jpg"
    const refusal = yield* Raw.withSimulator({ post }, () => Raw.refused("sendPhoto", { chat_id, photo }))
    expect([refusal, asked]).toEqual(["Bad Request: chat not found", []])
  })
)

it.scoped("a send without its file is refused", () =>
  Raw.withSimulator({ conversations }, () =>
    Effect.gen(function* () {
      expect(yield* Raw.refused("sendPhoto", { chat_id })).toBe("Bad Request: there is no photo in the request")
      expect(yield* Raw.refused("sendPhoto", { chat_id, photo: "what" })).toBe(
        "Bad Request: wrong file identifier/HTTP URL specified"
      )
    })
  )
)
