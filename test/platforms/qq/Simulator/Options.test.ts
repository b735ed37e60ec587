import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { defaults, type QQSimulator, type QQSimulatorOptions } from "../../../../src/platforms/qq/Simulator.ts"
import * as Raw from "./RawClient.ts"

/** Those that `Tokens`, `Talk`, `Sends`, `Streams`, `Parts` and `Posting` are tested with. */
type Elsewhere =
  | "bots"
  | "mail"
  | "posting"
  | "sessionStarts"
  | "heartbeatsMissed"
  | "reconnectEvery"
  | "framesPerMinute"
  | "resumeEvents"
  | "deliverTo"
  | "singleSessionPerShard"
  | "granted"
  | "refuseIntentsWith"
  | "refuseResumeWith"
  | "quota"
  | "active"
  | "textLimit"
  | "domains"
  | "audit"
  | "uploadLimit"
  | "streamIndex"
  | "blockSize"
  | "partSeenAfter"
  | "digest"
  | "timestamp"

interface Knob {
  readonly turned: Partial<QQSimulatorOptions>
  readonly shows: (simulator: QQSimulator, token: string) => Effect.Effect<void, unknown, Raw.Network>
}

/** What each other knob does when it is turned: leaving one out is a type error. */
const knobs: Readonly<Record<Exclude<keyof QQSimulatorOptions, Elsewhere>, Knob>> = {
  conversations: {
    turned: { conversations: ["c2c:U1", "channel:9876/1661124", "nonsense"] },
    shows: (_, token) =>
      Effect.gen(function* () {
        expect((yield* Raw.call("POST", "/v2/users/U1/messages", { content: "x" }, token)).status).toBe(200)
        expect((yield* Raw.call("POST", "/v2/users/U2/messages", { content: "x" }, token)).status).toBe(400)
      })
  },
  gatewayUrl: {
    turned: { gatewayUrl: "wss://elsewhere.example/websocket/" },
    shows: (_, token) =>
      Effect.gen(function* () {
        for (const path of ["/gateway", "/gateway/bot"]) {
          const { body } = yield* Raw.call("GET", path, undefined, token)
          expect(body.url).toBe("wss://elsewhere.example/websocket/")
        }
      })
  },
  shards: {
    turned: { shards: 3 },
    shows: (_, token) =>
      Effect.map(Raw.call("GET", "/gateway/bot", undefined, token), ({ text }) => expect(text).toContain('"shards":3'))
  },
  tokenLife: {
    turned: { tokenLife: "10 minutes" },
    shows: (_, token) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("599999 millis")
        expect((yield* Raw.call("GET", "/gateway", undefined, token)).status).toBe(200)
        yield* TestClock.adjust("1 millis")
        expect((yield* Raw.call("GET", "/gateway", undefined, token)).status).toBe(401)
      })
  },
  tokenOverlap: {
    turned: { tokenOverlap: "1 hour" },
    shows: (_, token) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("3600 seconds")
        expect(yield* Raw.getToken()).toBe(token)
        yield* TestClock.adjust("1 second")
        expect(yield* Raw.getToken()).not.toBe(token)
      })
  },
  heartbeatInterval: {
    turned: { heartbeatInterval: "10 seconds" },
    shows: (_, token) =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(token)
        expect(line.frames[0]).toEqual({ op: 10, d: { heartbeat_interval: 10_000 } })
        yield* TestClock.adjust("30 seconds")
        expect(line.closed()).toBe(4009)
      })
  },
  identifyWithin: {
    turned: { identifyWithin: "1 second" },
    shows: () =>
      Effect.gen(function* () {
        const line = yield* Raw.open
        yield* TestClock.adjust("1 second")
        expect(line.closed()).toBe(4009)
      })
  },
  reconnectGrace: {
    turned: { reconnectGrace: "1 minute" },
    shows: (simulator, token) =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(token)
        yield* simulator.fault({ _tag: "Reconnect" })
        yield* TestClock.adjust("59 seconds")
        expect(line.closed()).toBeUndefined()
        yield* TestClock.adjust("1 second")
        expect(line.closed()).toBe(4009)
      })
  },
  resumeWithin: {
    turned: { resumeWithin: "1 second" },
    shows: (simulator, token) =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(token)
        yield* simulator.fault({ _tag: "Cut" })
        yield* TestClock.adjust("1001 millis")
        expect(Raw.events(yield* Raw.resumed(token, Raw.sessionOf(line), 1))).toEqual([])
      })
  },
  groupEvent: {
    turned: { groupEvent: "GROUP_MESSAGE_CREATE" },
    shows: (simulator, token) =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(token)
        yield* simulator.hear({ conversation: "group:G1", text: "status" })
        yield* Raw.settle
        expect(line.frames.at(-1)).toMatchObject({
          t: "GROUP_MESSAGE_CREATE",
          d: { content: " status", mentions: [{ is_you: true, bot: true }] }
        })
      })
  },
  fileLimit: {
    turned: { fileLimit: 2, conversations: ["c2c:U1"] },
    shows: (_, token) =>
      Effect.gen(function* () {
        const offer = (file_data: string) =>
          Effect.map(Raw.call("POST", "/v2/users/U1/files", { file_type: 1, file_data }, token), ({ status }) => status)
        expect([yield* offer("AAA="), yield* offer("AAAA")]).toEqual([200, 400])
      })
  },
  keyboards: {
    turned: { keyboards: false },
    shows: (simulator, token) =>
      Effect.gen(function* () {
        const msg_id = yield* simulator.hear({ conversation: "c2c:U1", text: "x" })
        const button = { id: "1", render_data: { label: "ok", style: 1 } }
        const action = { type: 1, data: "d", permission: { type: 2 } }
        const keyboard = { content: { rows: [{ buttons: [{ ...button, action }] }] } }
        const said = { msg_type: 2, markdown: { content: "x" }, keyboard, msg_id, msg_seq: 1 }
        const { body } = yield* Raw.call("POST", "/v2/users/U1/messages", said, token)
        expect(body).toMatchObject({ code: 40034029 })
      })
  },
  replies: {
    turned: { replies: { ...defaults.replies, c2c: { within: "1 hour", replies: 1 } } },
    shows: (simulator, token) =>
      Effect.gen(function* () {
        const msg_id = yield* simulator.hear({ conversation: "c2c:U1", text: "x" })
        const reply = (msg_seq: number) =>
          Raw.call("POST", "/v2/users/U1/messages", { content: "x", msg_id, msg_seq }, token)
        expect([(yield* reply(1)).status, (yield* reply(2)).status]).toEqual([200, 400])
      })
  }
}

describe("turned", () => {
  for (const [knob, { shows, turned }] of Object.entries(knobs)) {
    it.scoped(`${knob} shows`, () =>
      Raw.withSimulator(turned, (simulator) => Effect.flatMap(Raw.getToken(), (token) => shows(simulator, token)))
    )
  }
})
