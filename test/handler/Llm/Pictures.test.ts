import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Attachment } from "../../../src/domain/Event.ts"
import { beginnings, largest, most } from "../../../src/handler/Llm/Pictures.ts"
import { says } from "./server.ts"
import { open, said } from "./stage.ts"

const bytes = (text: string, size = 64): Uint8Array => {
  const all = new Uint8Array(size)
  all.set(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))
  return all
}

const starts: Readonly<Record<string, string>> = {
  "image/jpeg": "\u00ff\u00d8\u00ff\u00e0",
  "image/png": "\u0089PNG\r\n\u001a\n",
  "image/gif": "GIF89a",
  "image/webp": "RIFF\u0001\u0000\u0000\u0000WEBPVP8 "
}

const picture = (url: string, more: Partial<Attachment> = {}): Attachment => ({ kind: "image", url, ...more })

const files = {
  ...Object.fromEntries(Object.entries(starts).map(([kind, start]) => [kind, bytes(start)])),
  text: bytes("hello"),
  huge: bytes(starts["image/png"] ?? "", largest + 1)
}

describe("Llm, of pictures", () => {
  it.scopedLive(
    "shows the model those of each kind that it takes, by what they are and not by what they are called",
    () =>
      Effect.gen(function* () {
        expect(beginnings.map(([kind]) => kind).toSorted()).toEqual(Object.keys(starts).toSorted())
        const { ask, asked, memory, scripts } = yield* open({ pictures: true }, files)
        for (const kind of Object.keys(starts)) {
          scripts.push(says(["a cat"]))
          yield* ask(said("/new"))
          yield* ask(
            said("what is it?", { attachments: [picture(kind, { mediaType: "image/heic", name: "it.heic" })] })
          )
          expect(asked.at(-1)?.body.messages.at(-1)?.content).toEqual([
            { type: "text", text: "what is it?\n[a picture: it.heic]" },
            {
              type: "image_url",
              image_url: { url: expect.stringMatching(new RegExp(`^data:${kind};base64,[A-Za-z0-9+/=]{80,}$`)) }
            }
          ])
        }
        expect(yield* memory.recall("qq:main/c2c:1")).toMatchObject([{ asked: "what is it?\n[a picture: it.heic]" }])
      })
  )

  it.scopedLive("tells it of one that is gone, too large or no picture, and shows a few at most", () =>
    Effect.gen(function* () {
      const { ask, asked, scripts } = yield* open({ pictures: true }, files)
      scripts.push(says(["ok"]), says(["ok"]))
      yield* ask(said("", { attachments: ["gone", "huge", "text"].map((url) => picture(url)) }))
      const [, ...parts] = Array.from(Object(asked[0]?.body.messages.at(-1)?.content))
      expect(parts).toEqual(
        ["that could not be fetched: it is gone", "that is larger than 5 MB", "of an unknown kind"].map((why) => ({
          type: "text",
          text: `[a picture ${why}]`
        }))
      )
      yield* ask(said("many", { attachments: Array.from({ length: 9 }, () => picture("image/png")) }))
      expect(asked[1]?.body.messages.at(-1)?.content).toHaveLength(1 + most)
    })
  )

  it.scopedLive("fetches nothing for a model that sees none, and tells it what came along", () =>
    Effect.gen(function* () {
      const { ask, asked, scripts } = yield* open()
      scripts.push(says(["ok"]))
      const attachments: ReadonlyArray<Attachment> = [
        picture("image/png"),
        { kind: "voice", url: "v", transcript: "call me" },
        { kind: "file", url: "f", name: "a.pdf" }
      ]
      const quote = { text: "first\nsecond", attachments: [] }
      yield* ask(said("look", { attachments, quote }))
      expect(asked[0]?.body.messages.at(-1)?.content).toBe(
        "> first\n> second\nlook\n[a picture]\n[a voice message: call me]\n[a file: a.pdf]"
      )
    })
  )
})
