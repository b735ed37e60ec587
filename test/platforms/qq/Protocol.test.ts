import { describe, expect, it } from "@effect/vitest"
import { Either, FastCheck, Redacted, Schema } from "effect"
import {
  decode,
  heartbeat,
  heartbeatInterval,
  identify,
  Opcode,
  ready,
  resume
} from "../../../src/platforms/qq/Protocol.ts"

const FrameSchema = Schema.parseJson(Schema.Struct({ op: Schema.Int }))
const isFrame = (text: string): boolean => Either.isRight(Schema.decodeUnknownEither(FrameSchema)(text))
const field = FastCheck.oneof(FastCheck.jsonValue(), FastCheck.integer(), FastCheck.string(), FastCheck.constant(null))
const framelike = FastCheck.record({ op: field, s: field, t: field, id: field, d: field }, { requiredKeys: [] })
const token = Redacted.make("lGhT0ken")

describe("QQ Protocol", () => {
  it("any text at all is a frame exactly when the schema says so", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.oneof(
          FastCheck.string(),
          FastCheck.json(),
          framelike.map((frame) => JSON.stringify(frame))
        ),
        (text) => (decode(text) !== undefined) === isFrame(text)
      ),
      { numRuns: 2000 }
    )
  })

  it("any bytes at all are read without a throw", () => {
    FastCheck.assert(FastCheck.property(FastCheck.uint8Array(), (bytes) => void decode(bytes)))
  })

  it("a field of the wrong type is as good as missing", () => {
    expect(decode('{"op":0,"s":"7","t":4,"id":null,"d":[]}')).toEqual({
      op: 0,
      s: undefined,
      t: undefined,
      id: undefined,
      d: []
    })
  })

  it("a frame is read the same from text and from bytes", () => {
    const text = '{"id":"X:1","op":0,"s":4,"t":"X","d":{"content":"呲牙"}}'
    expect(decode(text)).toEqual({ op: 0, s: 4, t: "X", id: "X:1", d: { content: "呲牙" } })
    expect(decode(new TextEncoder().encode(text))).toEqual(decode(text))
  })

  it("what is not a frame is told apart", () => {
    for (const text of ["", "null", "[]", "7", '"op"', "{}", '{"op":"0"}', '{"op":1.5}', '{"op":0', "\u0000"]) {
      expect(decode(text), text).toBeUndefined()
    }
  })

  it("a Hello without a usable interval has none", () => {
    expect(heartbeatInterval({ heartbeat_interval: 45000 })).toBe(45000)
    for (const d of [undefined, null, {}, { heartbeat_interval: 0 }, { heartbeat_interval: "45000" }]) {
      expect(heartbeatInterval(d)).toBeUndefined()
    }
  })

  it("a READY names the session and the bot; without a session it is none", () => {
    const user = { id: "11409876543210987654", username: "demo-bot", bot: true }
    expect(ready({ session_id: "3d7f", user, shard: [0, 0] })).toEqual({
      session: "3d7f",
      self: { id: user.id, name: "demo-bot", bot: true }
    })
    expect(ready({ session_id: "3d7f" })?.self).toEqual({ id: "", bot: true })
    for (const d of [undefined, "", {}, { session_id: "" }, { session_id: 7 }]) expect(ready(d)).toBeUndefined()
  })

  it("Identify, Resume and heartbeats are what the platform expects", () => {
    expect(JSON.parse(identify(token, 1174409216))).toEqual({
      op: Opcode.Identify,
      d: { token: "QQBot lGhT0ken", intents: 1174409216, shard: [0, 1] }
    })
    expect(JSON.parse(resume(token, "3d7f", 41))).toEqual({
      op: Opcode.Resume,
      d: { token: "QQBot lGhT0ken", session_id: "3d7f", seq: 41 }
    })
    expect(JSON.parse(heartbeat(undefined))).toEqual({ op: 1, d: null })
    expect(JSON.parse(heartbeat(7))).toEqual({ op: 1, d: 7 })
  })
})
