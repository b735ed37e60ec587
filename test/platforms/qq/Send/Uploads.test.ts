import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import type { Content, Media } from "../../../../src/domain/Message.ts"
import { sendCodes } from "../../../../src/platforms/qq/Protocol/SendCodes.ts"
import { type Asked, type Reaction, systemError } from "../wire.ts"
import { message, opened, refused, taken } from "./asking.ts"

const url = "https://a.example/pictures/b%20c.png"
const image: Media = { kind: "image", source: { _tag: "Url", url } }
const bytes: Media = { kind: "file", source: { _tag: "Bytes", bytes: new Uint8Array([1, 2, 3]) }, name: "r.pdf" }
const picture: Media = { kind: "image", source: { _tag: "Bytes", bytes: new Uint8Array([137, 80]) } }
const shows = (id: string, media: Media, content: Partial<Content> = {}) => {
  const bare = message(id)
  return { ...bare, content: { ...bare.content, text: "", media, ...content } }
}

const stored: Reaction = { json: { file_uuid: "u", file_info: "CkZ1", ttl: 3600 } }
const isUpload = ({ url }: Asked) => url.endsWith("/files")
const paths = (asked: ReadonlyArray<Asked>) => asked.map(({ url }) => new URL(url).pathname)
/** QQ takes messages, and does this with files. */
const files = (react: (nth: number) => Reaction, send: Reaction = taken) => {
  let offered = 0
  return opened((_, asked) => (isUpload(asked) ? react(++offered) : send))
}

describe("QQ Uploads", () => {
  it.effect("what a message shows is brought first, and said with its words", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* files(() => stored)
      yield* send(shows("c2c:A", image, { text: "**look**", format: "markdown" }))
      yield* send(shows("group:G", bytes))
      yield* send(shows("group:G", { kind: "file", source: { _tag: "Url", url } }))
      yield* send(shows("c2c:A", { kind: "voice", source: { _tag: "Bytes", bytes: new Uint8Array([4]) } }))
      yield* send(shows("c2c:A", { kind: "video", source: { _tag: "Url", url } }))
      const said = { msg_type: 7, media: { file_info: "CkZ1" }, content: "", msg_id: "ROBOT1.0_x!", msg_seq: 1 }
      expect(asked.slice(0, 4).map(({ body }) => body)).toEqual([
        { file_type: 1, url, srv_send_msg: false },
        { ...said, content: "look" },
        { file_type: 4, file_data: "AQID", srv_send_msg: false, file_name: "r.pdf" },
        said
      ])
      expect(asked.filter(isUpload).map(({ body }) => body)).toMatchObject([
        { file_type: 1 },
        { file_type: 4 },
        { file_type: 4, file_name: "b c.png" },
        { file_type: 3, file_data: "BA==" },
        { file_type: 2, url }
      ])
      expect(paths(asked).slice(0, 4)).toEqual([
        "/v2/users/A/files",
        "/v2/users/A/messages",
        "/v2/groups/G/files",
        "/v2/groups/G/messages"
      ])
    })
  )

  it.effect("a guild shows a picture by its address or its bytes, and tells where anything else is", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* files(() => stored)
      yield* send(shows("channel:98/16", image, { text: "a < b" }))
      yield* send(shows("dm:98", image))
      yield* send(shows("dm:98", picture, { text: "a < b" }))
      yield* send(shows("channel:98/16", { ...picture, name: "b.jpg", mediaType: "image/jpeg" }))
      yield* send(shows("channel:98/16", { ...image, kind: "video" }))
      yield* send(shows("channel:98/16", bytes, { text: "so:" }))
      const msg_id = "ROBOT1.0_x!"
      const drawn = new Uint8Array([137, 80])
      const file_image = { name: "image.png", mediaType: "application/octet-stream", bytes: drawn }
      expect(asked.map(({ body }) => body)).toEqual([
        { content: "a &lt; b", image: url, msg_id },
        { image: url, msg_id },
        { content: "a &lt; b", msg_id, file_image },
        { msg_id, file_image: { name: "b.jpg", mediaType: "image/jpeg", bytes: drawn } },
        { content: url, msg_id },
        { content: "so:\n[r.pdf]", msg_id }
      ])
      expect(paths(asked)[2]).toBe("/dms/98/messages")
    })
  )

  it.effect(
    "a picture's bytes that QQ had trouble with are brought to a guild once more; without them it is rejected",
    () =>
      Effect.gen(function* () {
        for (const { action, code } of sendCodes) {
          if (action !== "unshown" && action !== "refetch") continue
          const { asked, send } = yield* opened(() => refused(code))
          const sending = yield* Effect.fork(Effect.flip(send(shows("dm:98", picture))))
          yield* TestClock.adjust("1 second")
          expect(yield* Fiber.join(sending)).toMatchObject({ reason: "Rejected", code })
          expect(asked).toHaveLength(action === "refetch" ? 2 : 1)
        }
      })
  )

  it.effect("a picture may take a minute to get to a guild, and may have arrived after that (F81)", () =>
    Effect.gen(function* () {
      const { send } = yield* opened(() => "never")
      const sending = yield* Effect.fork(Effect.flip(send(shows("dm:98", picture))))
      yield* TestClock.adjust("59 seconds")
      expect(yield* Fiber.poll(sending)).toMatchObject({ _tag: "None" })
      yield* TestClock.adjust("1 second")
      expect((yield* Fiber.join(sending)).reason).toBe("Uncertain")
    })
  )

  it.effect("a file that QQ had trouble with is offered once more, a second later", () =>
    Effect.gen(function* () {
      for (const { code } of sendCodes.filter(({ action }) => action === "refetch")) {
        const { asked, send } = yield* files((nth) => (nth === 1 ? refused(code) : stored))
        const sending = yield* Effect.fork(send(shows("c2c:A", image)))
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(sending)
        expect(asked.at(-1)?.body, String(code)).toMatchObject({ msg_type: 7 })
        expect(asked.filter(isUpload)).toHaveLength(2)
      }
    })
  )

  it.effect("what is at an address, and QQ does not take, is told by its address; no message is held up by it", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<Reaction> = [
        ...sendCodes
          .filter(({ action }) => action === "unshown" || action === "refetch")
          .map(({ code }) => refused(code)),
        refused(1100101),
        { status: 500 },
        { json: {} },
        { status: 400, raw: "<html>no</html>" },
        { fault: systemError("ECONNRESET") }
      ]
      for (const reaction of wrong) {
        const { asked, send } = yield* files(() => reaction)
        const sending = yield* Effect.fork(send(shows("c2c:A", image, { text: "look:" })))
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(sending)
        expect(asked.at(-1)?.body, JSON.stringify(reaction)).toMatchObject({ msg_type: 0, content: `look:\n${url}` })
      }
      const { asked, send } = yield* files(() => "never")
      const sending = yield* Effect.fork(send(shows("c2c:A", image)))
      yield* TestClock.adjust("59 seconds")
      expect(asked).toHaveLength(1)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(sending)
      expect(asked.at(-1)?.body).toMatchObject({ content: url })
    })
  )

  it.effect("so is what QQ took, and then does not show; of bytes nothing would be left, and they are rejected", () =>
    Effect.gen(function* () {
      for (const { action, code } of sendCodes) {
        if (action !== "unshown" && action !== "refetch") continue
        const { asked, send } = yield* opened((_, asked) => {
          if (isUpload(asked)) return stored
          return JSON.stringify(asked.body).includes('"msg_type":7') ? refused(code) : taken
        })
        yield* send(shows("c2c:A", image))
        expect(asked.at(-1)?.body).toMatchObject({ msg_type: 0, content: url })
        expect(yield* Effect.flip(send(shows("c2c:A", bytes)))).toMatchObject({ reason: "Rejected", code })
      }
    })
  )

  it.effect("bytes that cannot be brought are not said to have arrived, nor lost where QQ may take them later", () =>
    Effect.gen(function* () {
      const reasons: ReadonlyArray<readonly [Reaction, string]> = [
        [refused(850027), "Rejected"],
        [refused(22009), "RateLimited"],
        [{ status: 429 }, "RateLimited"],
        [{ status: 401, json: { code: 11298 } }, "Unreachable"],
        [{ fault: systemError("ECONNREFUSED", "connect") }, "Unreachable"],
        [{ status: 500 }, "Unreachable"],
        [{ fault: systemError("ECONNRESET") }, "Unreachable"]
      ]
      for (const [reaction, reason] of reasons) {
        const { asked, send } = yield* files(() => reaction)
        expect((yield* Effect.flip(send(shows("c2c:A", bytes)))).reason, JSON.stringify(reaction)).toBe(reason)
        expect(asked.every(isUpload)).toBe(true)
      }
    })
  )

  it.effect(
    "bytes that get no proper answer are brought so often, and then put aside: they never count as said (F81, F96)",
    () =>
      Effect.gen(function* () {
        const { asked, send } = yield* files(() => ({ status: 502, raw: "<html>Bad Gateway</html>" }))
        const reasons: Array<string> = []
        for (let nth = 0; nth < 5; nth++) reasons.push((yield* Effect.flip(send(shows("c2c:A", bytes)))).reason)
        expect(reasons).toEqual(["Unreachable", "Unreachable", "Unreachable", "Unreachable", "Rejected"])
        expect(asked.every(isUpload)).toBe(true)
      })
  )

  it.effect("what stands for a file is used as long as QQ says, and then it is brought again", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* files(() => stored, refused(22009))
      const attempts = ["0 seconds", "50 minutes", "9 minutes"] as const
      for (const pause of attempts) {
        yield* TestClock.adjust(pause)
        yield* Effect.flip(send(shows("c2c:A", bytes)))
      }
      expect(asked.filter(isUpload)).toHaveLength(2)
      const lasting = yield* files(() => ({ json: { file_uuid: "u", file_info: "CkZ1", ttl: 0 } }), refused(22009))
      for (const pause of attempts) {
        yield* TestClock.adjust(pause)
        yield* Effect.flip(lasting.send(shows("c2c:A", bytes)))
      }
      expect(lasting.asked.filter(isUpload)).toHaveLength(1)
    })
  )

  it.effect("a message that waits for its turn has its file brought once", () =>
    Effect.gen(function* () {
      let sends = 0
      const { asked, send } = yield* opened((_, asked) => {
        if (isUpload(asked)) return stored
        sends += 1
        return sends === 1 ? refused(22009) : taken
      })
      yield* Effect.flip(send(shows("c2c:A", bytes)))
      yield* send(shows("c2c:A", bytes))
      expect(paths(asked)).toEqual(["/v2/users/A/files", "/v2/users/A/messages", "/v2/users/A/messages"])
    })
  )

  it.effect("what QQ could never fetch, and more than it takes at all, is refused without a request", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* files(() => stored)
      const inside: Media = { kind: "image", source: { _tag: "Url", url: "file:///etc/passwd" } }
      expect((yield* Effect.flip(send(shows("c2c:A", inside)))).cause).toMatch(/web only/)
      const huge: Media = { kind: "file", source: { _tag: "Bytes", bytes: new Uint8Array(100_000_001) } }
      expect((yield* Effect.flip(send(shows("c2c:A", huge)))).cause).toMatch(/100 MB/)
      expect(asked).toEqual([])
    })
  )

  it.effect("buttons beside something to show are told in its words: QQ has no room for both", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* files(() => stored)
      yield* send(shows("c2c:A", image, { text: "so?", buttons: [[{ _tag: "Press", label: "yes", data: "y" }]] }))
      expect(asked.at(-1)?.body).toMatchObject({ msg_type: 7, content: "so?\n• yes" })
    })
  )
})
