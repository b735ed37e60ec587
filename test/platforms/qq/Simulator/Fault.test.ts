import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Fiber, Redacted, TestClock } from "effect"
import type { Fault } from "../../../../src/adapter/Simulator.ts"
import { defaultBot, type QQFault, type QQSimulator } from "../../../../src/platforms/qq/Simulator.ts"
import * as Raw from "./RawClient.ts"

const conversation = "c2c:U1"
const hear = (simulator: QQSimulator, text: string) =>
  Effect.zipLeft(simulator.hear({ conversation, text }), Raw.settle)
const me = (token: string) => Raw.call("GET", "/users/@me", undefined, token)

const networkCode = <A, E>(effect: Effect.Effect<A, E, Raw.Network>) =>
  Effect.map(Effect.either(effect), (result) => (Either.isLeft(result) ? Raw.causeOf(result.left) : "answered"))

const ready = Effect.flatMap(Raw.getToken(), (token) => Raw.identified(token))

type Promises = ReadonlyArray<
  readonly [promise: string, test: (simulator: QQSimulator) => Effect.Effect<void, unknown, Raw.Network>]
>

/** Every kind of fault, and what it promises: leaving one out is a type error. */
const promises: Readonly<Record<(Fault | QQFault)["_tag"], Promises>> = {
  Refuse: (["refused", "dns", "reset"] as const).map((as) => [
    `${as}: requests and lines fail as Node reports it, and lines that are open stay`,
    (simulator) =>
      Effect.gen(function* () {
        const line = yield* ready
        yield* simulator.fault({ _tag: "Refuse", as })
        const code = { refused: "ECONNREFUSED", dns: "ENOTFOUND", reset: "ECONNRESET" }[as]
        expect(yield* networkCode(Raw.askToken())).toBe(code)
        expect((yield* Raw.open).happened).toEqual([`error connect ${code}`, "close 1006"])
        yield* hear(simulator, "still here")
        expect(Raw.contents(line)).toEqual(["still here"])
        yield* simulator.heal
        expect(yield* networkCode(Raw.askToken())).toBe("answered")
      })
  ]),
  Stall: [
    [
      "http: a request is taken and never answered, and can be given up",
      (simulator) =>
        Effect.gen(function* () {
          yield* simulator.fault({ _tag: "Stall", step: "http", times: 1 })
          const fiber = yield* Effect.fork(Effect.timeoutOption(Raw.askToken(), "1 hour"))
          yield* TestClock.adjust("59 minutes")
          expect(fiber.unsafePoll()).toBeNull()
          yield* TestClock.adjust("1 minute")
          expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "None" })
          expect((yield* Raw.askToken()).status).toBe(200)
        })
    ],
    [
      "upgrade: the line is counted while it waits, and is gone when its client gives up",
      (simulator) =>
        Effect.gen(function* () {
          yield* simulator.fault({ _tag: "Stall", step: "upgrade" })
          const line = yield* Raw.open
          yield* TestClock.adjust("1 hour")
          expect(line.happened).toEqual([])
          expect(yield* simulator.connections).toMatchObject([{ state: "upgrading" }])
          line.socket.close()
          yield* Raw.settle
          expect(yield* simulator.connections).toEqual([])
          expect(line.happened).toEqual([
            "error WebSocket was closed before the connection was established",
            "close 1006"
          ])
        })
    ],
    [
      "hello: the line opens and nobody speaks on it, however long",
      (simulator) =>
        Effect.gen(function* () {
          yield* simulator.fault({ _tag: "Stall", step: "hello" })
          const line = yield* Raw.open
          yield* TestClock.adjust("10 minutes")
          expect(line.happened).toEqual(["open"])
          expect(line.frames).toEqual([])
        })
    ],
    [
      "ready: neither READY nor RESUMED comes, though heartbeats are answered",
      (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          const session = Raw.sessionOf(yield* Raw.identified(token))
          yield* simulator.fault({ _tag: "Stall", step: "ready" })
          for (const line of [yield* Raw.identified(token), yield* Raw.resumed(token, session, 1)]) {
            yield* line.send({ op: 1, d: null })
            yield* hear(simulator, "x")
            expect(line.frames.map(({ op }) => op)).toEqual([10, 11])
          }
          yield* simulator.heal
          expect(Raw.events(yield* Raw.identified(token))).toEqual(["READY"])
        })
    ]
  ],
  Silence: [
    [
      "nothing is read, answered or closed on the lines that were open; what happened meanwhile is kept",
      (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          const line = yield* Raw.identified(token)
          line.socket.ping()
          yield* Raw.settle
          expect(line.happened).toEqual(["open", "pong"])
          yield* simulator.fault({ _tag: "Silence" })
          line.socket.ping()
          yield* line.send({ op: 1, d: 1 })
          yield* hear(simulator, "unheard")
          yield* TestClock.adjust("10 minutes")
          expect(line.happened).toEqual(["open", "pong"])
          expect(line.frames.length).toBe(2)
          expect(yield* simulator.connections).toMatchObject([{ state: "silent" }])
          expect((yield* Raw.open).frames.length).toBe(1)
        })
    ],
    [
      "a client that closes gets no answer, and gives up after 2 s",
      (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          const line = yield* Raw.identified(token)
          yield* simulator.fault({ _tag: "Silence" })
          yield* hear(simulator, "kept")
          line.socket.close(4000)
          yield* TestClock.adjust("1999 millis")
          expect(line.closed()).toBeUndefined()
          yield* TestClock.adjust("1 millis")
          expect(line.closed()).toBe(1006)
          expect(yield* simulator.connections).toEqual([])
          expect(Raw.contents(yield* Raw.resumed(token, Raw.sessionOf(line), 1))).toEqual(["kept"])
        })
    ]
  ],
  Cut: [
    [
      "every open line ends without a close code, and its session stays",
      (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          const line = yield* Raw.identified(token)
          yield* simulator.fault({ _tag: "Cut" })
          yield* Raw.settle
          expect(line.happened).toEqual(["open", "close 1006"])
          expect(yield* simulator.connections).toEqual([])
          expect(Raw.events(yield* Raw.resumed(token, Raw.sessionOf(line), 1))).toEqual(["RESUMED"])
        })
    ]
  ],
  Close: [
    [
      "every open line is closed with the code, and later ones are not",
      (simulator) =>
        Effect.gen(function* () {
          const lines = [yield* ready, yield* Raw.open]
          yield* simulator.fault({ _tag: "Close", code: 4008, reason: "slow down" })
          yield* Raw.settle
          expect(lines.map((line) => line.closed())).toEqual([4008, 4008])
          expect((yield* ready).closed()).toBeUndefined()
        })
    ]
  ],
  CloseOn: [
    ...(["upgrade", "identify", "ready"] as const).map(
      (step) =>
        [
          `${step}: a line is closed when it gets there, as often as was asked`,
          (simulator: QQSimulator) =>
            Effect.gen(function* () {
              yield* simulator.fault({ _tag: "CloseOn", step, code: 4009, times: 2 })
              const token = yield* Raw.getToken()
              const frames = { upgrade: [], identify: [10], ready: [10, 0] }[step]
              for (const _ of [1, 2]) {
                const line = yield* step === "upgrade" ? Raw.open : Raw.identified(token)
                expect([line.frames.map(({ op }) => op), line.closed()]).toEqual([frames, 4009])
              }
              expect((yield* Raw.identified(token)).closed()).toBeUndefined()
            })
        ] as const
    ),
    [
      "resume: the session survives it",
      (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          const session = Raw.sessionOf(yield* Raw.identified(token))
          yield* simulator.fault({ _tag: "CloseOn", step: "resume", code: 4007, times: 1 })
          expect((yield* Raw.resumed(token, session, 1)).closed()).toBe(4007)
          expect(Raw.events(yield* Raw.resumed(token, session, 1))).toEqual(["RESUMED"])
        })
    ],
    [
      "after: a line lives for so long, and then is closed",
      (simulator) =>
        Effect.gen(function* () {
          yield* simulator.fault({ _tag: "CloseOn", step: "ready", code: 4009, after: 1000 })
          const line = yield* ready
          yield* hear(simulator, "quick")
          expect(Raw.contents(line)).toEqual(["quick"])
          yield* TestClock.adjust("999 millis")
          expect(line.closed()).toBeUndefined()
          yield* TestClock.adjust("1 millis")
          expect(line.closed()).toBe(4009)
        })
    ]
  ],
  Answer: [
    [
      "requests on the path are answered so, others as ever",
      (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          yield* simulator.fault({ _tag: "Answer", path: "/gateway", status: 500, body: '{"code":1}', times: 1 })
          expect((yield* me(token)).status).toBe(200)
          const answer = yield* Raw.call("GET", "/gateway", undefined, token)
          expect([answer.status, answer.text, answer.headers["content-type"]]).toEqual([
            500,
            '{"code":1}',
            "application/json"
          ])
          expect((yield* Raw.call("GET", "/gateway", undefined, token)).status).toBe(200)
        })
    ],
    [
      "with any status and type, on every path, upgrades included",
      (simulator) =>
        Effect.gen(function* () {
          for (const [status, body, type] of [
            [401, '{"code":11244}', undefined],
            [429, "slow", "text/plain"],
            [502, "<html>", undefined],
            [204, "", undefined]
          ] as const) {
            yield* simulator.fault({ _tag: "Answer", status, body, ...(type === undefined ? undefined : { type }) })
            expect([(yield* Raw.askToken()).status, (yield* Raw.askToken()).text]).toEqual([status, body])
            expect((yield* Raw.open).happened[0]).toBe(`error Unexpected server response: ${status}`)
            yield* simulator.heal
          }
          expect(yield* simulator.connections).toEqual([])
        })
    ]
  ],
  LoseAnswer: [
    [
      "the send is carried out, its answer never comes, and a repeat is a duplicate",
      (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          const msg_id = yield* hear(simulator, "hello")
          yield* simulator.fault({ _tag: "LoseAnswer", path: "/messages", times: 1 })
          const send = Raw.call("POST", "/v2/users/U1/messages", { content: "hi", msg_id }, token)
          const fiber = yield* Effect.fork(Effect.timeoutOption(send, "20 seconds"))
          yield* TestClock.adjust("20 seconds")
          expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "None" })
          expect((yield* simulator.said).length).toBe(1)
          expect((yield* send).body.err_code).toBe(40054005)
          expect((yield* simulator.said).length).toBe(1)
        })
    ]
  ],
  Delay: [
    [
      "answers, upgrades and frames come so much later, in their order, even when it is lifted meanwhile",
      (simulator) =>
        Effect.gen(function* () {
          const line = yield* ready
          yield* simulator.fault({ _tag: "Delay", millis: 3000 })
          const asked = yield* Effect.fork(Raw.askToken())
          const late = yield* Raw.open
          yield* hear(simulator, "one")
          yield* TestClock.adjust("2999 millis")
          expect([asked.unsafePoll(), late.happened, Raw.contents(line)]).toEqual([null, [], []])
          yield* simulator.heal
          yield* hear(simulator, "two")
          expect(Raw.contents(line)).toEqual([])
          yield* TestClock.adjust("1 millis")
          expect((yield* Fiber.join(asked)).status).toBe(200)
          expect([late.happened, Raw.contents(line)]).toEqual([["open"], ["one", "two"]])
        })
    ]
  ],
  Duplicate: [
    [
      "an event comes twice, under its own id and the next number",
      (simulator) =>
        Effect.gen(function* () {
          const line = yield* ready
          yield* simulator.fault({ _tag: "Duplicate", times: 1 })
          yield* hear(simulator, "one")
          yield* hear(simulator, "two")
          expect(Raw.contents(line)).toEqual(["one", "one", "two"])
          expect(line.frames.slice(2).map(({ s }) => s)).toEqual([2, 3, 4])
          expect(line.frames[2]?.id).toBe(line.frames[3]?.id)
        })
    ]
  ],
  Reorder: [
    [
      "two events change places, and numbers still rise",
      (simulator) =>
        Effect.gen(function* () {
          const line = yield* ready
          yield* simulator.fault({ _tag: "Reorder", times: 1 })
          yield* Effect.forEach(["one", "two", "three"], (text) => hear(simulator, text))
          expect(Raw.contents(line)).toEqual(["two", "one", "three"])
          expect(line.frames.slice(2).map(({ s }) => s)).toEqual([2, 3, 4])
        })
    ],
    [
      "an event that waits for another one is let go when it is lifted",
      (simulator) =>
        Effect.gen(function* () {
          const line = yield* ready
          yield* simulator.fault({ _tag: "Reorder" })
          yield* hear(simulator, "one")
          expect(Raw.contents(line)).toEqual([])
          yield* simulator.heal
          yield* Raw.settle
          expect(Raw.contents(line)).toEqual(["one"])
        })
    ]
  ],
  Malformed: [
    [
      "the text comes as a frame on every open line",
      (simulator) =>
        Effect.gen(function* () {
          const line = yield* ready
          yield* simulator.fault({ _tag: "Malformed", text: "{not json" })
          yield* hear(simulator, "after")
          expect(line.happened).toEqual(["open", "malformed {not json"])
          expect(Raw.contents(line)).toEqual(["after"])
        })
    ]
  ],
  Reconnect: [
    [
      "op 7 is sent, and a client that stays is closed with 4009 after 5 s",
      (simulator) =>
        Effect.gen(function* () {
          const line = yield* ready
          yield* simulator.fault({ _tag: "Reconnect" })
          yield* Raw.settle
          expect(line.texts.at(-1)).toBe('{"op":7}')
          yield* TestClock.adjust("4999 millis")
          expect(line.closed()).toBeUndefined()
          yield* TestClock.adjust("1 millis")
          expect(line.closed()).toBe(4009)
        })
    ]
  ],
  InvalidSession: (
    [
      ["now", true, 4009],
      ["now", false, 4902],
      ["identify", true, 4009],
      ["identify", false, 4903],
      ["resume", true, 4009],
      ["resume", false, 4902]
    ] as const
  ).map(([on, resumable, code]) => [
    `${on}, ${resumable ? "resumable" : "for good"}: op 9 says so, ${code} follows, and it is true`,
    (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const first = yield* Raw.identified(token)
        const session = Raw.sessionOf(first)
        yield* simulator.fault({ _tag: "InvalidSession", on, resumable, times: 1 })
        const line = yield* {
          now: Effect.as(Raw.settle, first),
          identify: Raw.identified(token),
          resume: Raw.resumed(token, session, 1)
        }[on]
        expect(line.frames.at(-1)).toEqual({ op: 9, d: resumable })
        expect(line.closed()).toBeUndefined()
        yield* TestClock.adjust("100 millis")
        expect(line.closed()).toBe(code)
        const again = yield* Raw.resumed(token, session, 1)
        expect(Raw.events(again)).toEqual(resumable || on === "identify" ? ["RESUMED"] : [])
      })
  ]),
  DropAcks: [
    [
      "heartbeats are taken and not answered, until it is lifted",
      (simulator) =>
        Effect.gen(function* () {
          const line = yield* ready
          yield* simulator.fault({ _tag: "DropAcks" })
          yield* line.send({ op: 1, d: 1 })
          expect(line.frames.length).toBe(2)
          yield* simulator.heal
          yield* line.send({ op: 1, d: 1 })
          expect(line.frames.at(-1)).toEqual({ op: 11 })
        })
    ]
  ],
  ExpireToken: [
    [
      "tokens given so far are void for requests and new lines, open lines stay, and the next token is new",
      (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          const line = yield* Raw.identified(token)
          yield* simulator.fault({ _tag: "ExpireToken" })
          expect([(yield* me(token)).status, (yield* me(token)).body.err_code]).toEqual([401, 11244])
          expect((yield* Raw.identified(token)).closed()).toBe(4004)
          expect((yield* Raw.resumed(token, Raw.sessionOf(line), 1)).closed()).toBe(4004)
          expect(line.closed()).toBeUndefined()
          expect((yield* me(yield* Raw.getToken())).status).toBe(200)
        })
    ]
  ],
  RefuseToken: [
    [
      "the token service answers 200 with the code, as often as was asked",
      (simulator) =>
        Effect.gen(function* () {
          yield* simulator.fault({ _tag: "RefuseToken", code: 100001, times: 1 })
          const refused = yield* Raw.askToken()
          expect([refused.status, refused.body.code, refused.body.access_token]).toEqual([200, 100001, undefined])
          expect((yield* Raw.askToken()).body.access_token).toBeDefined()
        })
    ]
  ],
  Ban: ([4914, 4915] as const).map((code) => [
    `${code}: open lines and new ones are closed with it, until it is lifted`,
    (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const line = yield* Raw.identified(token)
        yield* simulator.fault({ _tag: "Ban", code })
        yield* Raw.settle
        expect(line.closed()).toBe(code)
        expect((yield* Raw.identified(token)).closed()).toBe(code)
        expect((yield* Raw.resumed(token, Raw.sessionOf(line), 1)).closed()).toBe(code)
        expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 0 })
        yield* simulator.heal
        expect(Raw.events(yield* Raw.identified(token))).toEqual(["READY"])
      })
  ])
}

for (const [tag, promised] of Object.entries(promises)) {
  describe(tag, () => {
    for (const [promise, test] of promised) {
      it.scoped(promise, () => Raw.withSimulator({}, test))
    }
  })
}

describe("a fault that names a bot", () => {
  const other = { ...defaultBot, appId: "102000002", secret: Redacted.make("other-secret-16c") }
  const account = other.appId
  const named: ReadonlyArray<readonly [tag: string, fault: QQFault]> = [
    ["Ban", { _tag: "Ban", code: 4915, account }],
    ["Reconnect", { _tag: "Reconnect", account }],
    ["DropAcks", { _tag: "DropAcks", account }],
    ["ExpireToken", { _tag: "ExpireToken", account }],
    ["RefuseToken", { _tag: "RefuseToken", code: 100001, account }],
    ["InvalidSession", { _tag: "InvalidSession", resumable: false, on: "now", account }]
  ]
  it.scoped.each(named)("(%s) is not noticed by another one", ([, fault]) =>
    Raw.withSimulator({ bots: [defaultBot, other] }, (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const line = yield* Raw.identified(token)
        yield* Raw.identified(yield* Raw.getToken(other))
        yield* simulator.fault(fault)
        yield* line.send({ op: 1, d: 1 })
        yield* TestClock.adjust("10 seconds")
        expect(line.frames.map(({ op }) => op)).toEqual([10, 0, 11])
        expect(line.closed()).toBeUndefined()
        expect((yield* me(token)).status).toBe(200)
        expect((yield* Raw.askToken()).body.access_token).toBeDefined()
      })
    )
  )
})
