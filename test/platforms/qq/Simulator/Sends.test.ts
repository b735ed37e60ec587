import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { QQSimulator, QQSimulatorOptions } from "../../../../src/platforms/qq/Simulator.ts"
import { refusals } from "../../../../src/platforms/qq/Simulator/Refusals.ts"
import * as Raw from "./RawClient.ts"

const paths = {
  c2c: ["c2c:U1", "/v2/users/U1/messages"],
  group: ["group:G1", "/v2/groups/G1/messages"],
  channel: ["channel:9876/1661124", "/channels/1661124/messages"],
  dm: ["dm:187", "/dms/187/messages"]
} as const
type Kind = keyof typeof paths
const kinds = ["c2c", "group", "channel", "dm"] as const

interface Bench {
  readonly simulator: QQSimulator
  readonly line: Raw.Line
  readonly hear: (kind: Kind) => Effect.Effect<string>
  readonly send: (kind: Kind, body: object) => ReturnType<typeof Raw.call>
  /** status and code of a send */
  readonly code: (
    kind: Kind,
    body: object
  ) => Effect.Effect<
    readonly [number, number | undefined],
    Effect.Effect.Error<ReturnType<typeof Raw.call>>,
    Raw.Network
  >
}

const bench = <A, E>(options: Partial<QQSimulatorOptions>, test: (bench: Bench) => Effect.Effect<A, E, Raw.Network>) =>
  Raw.withSimulator(options, (simulator) =>
    Effect.gen(function* () {
      const token = yield* Raw.getToken()
      const line = yield* Raw.identified(token)
      const send = (kind: Kind, body: object) => Raw.call("POST", paths[kind][1], body, token)
      return yield* test({
        simulator,
        line,
        hear: (kind) => simulator.hear({ conversation: paths[kind][0], text: "hello" }),
        send,
        code: (kind, body) => Effect.map(send(kind, body), ({ body, status }) => [status, body.err_code] as const)
      })
    })
  )

const text = (content: string, more: object = {}) => ({ msg_type: 0, content, ...more })
const knowing = { conversations: kinds.map((kind) => paths[kind][0]) }
const refused = (refusal: keyof typeof refusals) => [refusals[refusal][0], refusals[refusal][1]]

describe("a send", () => {
  it.scoped.each(kinds)("to a %s is answered with an id and seen there", (kind) =>
    bench({}, ({ hear, send, simulator }) =>
      Effect.gen(function* () {
        const msg_id = yield* hear(kind)
        const answer = yield* send(kind, text("a &lt;b&gt; &amp; c", { msg_id }))
        expect(answer.status).toBe(200)
        expect(answer.headers["x-tps-trace-id"]).toBeDefined()
        const shown = kind === "c2c" || kind === "group" ? "a &lt;b&gt; &amp; c" : "a <b> & c"
        expect(yield* simulator.said).toEqual([
          {
            id: answer.body.id,
            account: "102000001",
            conversation: paths[kind][0],
            text: shown,
            at: 0,
            replyTo: msg_id
          }
        ])
      })
    )
  )

  it.scoped("of markdown is seen as its text, and a typing notice is not seen", () =>
    bench({}, ({ code, hear, simulator }) =>
      Effect.gen(function* () {
        const msg_id = yield* hear("c2c")
        const notice = { msg_type: 6, input_notify: { input_type: 1, input_second: 5 }, msg_id, msg_seq: 9 }
        expect(yield* code("c2c", notice)).toEqual([200, undefined])
        expect(yield* code("c2c", { msg_type: 2, markdown: { content: "**x**" }, msg_id })).toEqual([200, undefined])
        expect((yield* simulator.said).map(({ text }) => text)).toEqual(["**x**"])
      })
    )
  )

  it.scoped("may leave msg_type out and say null for what it has not", () =>
    bench(knowing, ({ code }) =>
      Effect.gen(function* () {
        expect(yield* code("c2c", { content: "x", msg_id: null, event_id: null })).toEqual([200, undefined])
        expect(yield* code("channel", { content: "x", msg_id: null, msg_seq: 7 })).toEqual([200, undefined])
      })
    )
  )

  it.scoped("is told the time as text, or as seconds when that is asked for", () =>
    Effect.gen(function* () {
      const at = (options: Partial<QQSimulatorOptions>) =>
        bench({ ...knowing, ...options }, ({ send }) =>
          Effect.map(send("c2c", text("x")), ({ body }) => body.timestamp)
        )
      yield* TestClock.setTime(1_789_000_000_000)
      expect(yield* at({})).toBe("2026-09-10T08:26:40+08:00")
      expect(yield* at({ timestamp: "integer" })).toBe(1_789_000_000)
    })
  )
})

describe("a send that does not fit", () => {
  const misfits: ReadonlyArray<readonly [what: string, kind: Kind, body: object, refusal: keyof typeof refusals]> = [
    ["text without text", "c2c", text(" "), "typeMismatch"],
    ["markdown without markdown", "c2c", { msg_type: 2, content: "x" }, "typeMismatch"],
    ["markdown with content", "group", { msg_type: 2, content: "x", markdown: { content: "x" } }, "typeMismatch"],
    ["media without media", "group", { msg_type: 7 }, "typeMismatch"],
    ["an ark without one", "group", { msg_type: 3 }, "typeMismatch"],
    ["an embed outside guilds", "c2c", { msg_type: 4, embed: {} }, "typeMismatch"],
    ["a typing notice in a group", "group", { msg_type: 6, input_notify: {} }, "typeMismatch"],
    ["nothing in a channel", "channel", { content: "" }, "empty"],
    ["nothing in a direct message", "dm", {}, "empty"],
    ["a number for a text", "c2c", { content: 7 }, "badParameter"],
    ["a msg_seq beyond 32 bits", "c2c", text("x", { msg_seq: 4_294_967_296 }), "badParameter"]
  ]
  it.scoped.each(misfits)("because it is %s is refused", ([, kind, body, refusal]) =>
    bench(knowing, ({ code, simulator }) =>
      Effect.gen(function* () {
        expect(yield* code(kind, body)).toEqual(refused(refusal))
        expect(yield* simulator.said).toEqual([])
      })
    )
  )

  const outsiders = [
    ["c2c", "notFriend"],
    ["group", "notMember"],
    ["channel", "notInGuild"],
    ["dm", "notInGuild"]
  ] as const
  it.scoped.each(outsiders)("a %s that the bot does not belong to is refused", ([kind, refusal]) =>
    bench({}, ({ code }) => Effect.map(code(kind, text("x")), (code) => expect(code).toEqual(refused(refusal))))
  )

  it.scoped("a group that the bot was taken out of is refused", () =>
    bench(knowing, ({ code, simulator }) =>
      Effect.gen(function* () {
        expect(yield* code("group", text("x"))).toEqual([200, undefined])
        yield* simulator.dispatch("GROUP_DEL_ROBOT", { group_openid: "G1", op_member_openid: "M", timestamp: 0 })
        expect(yield* code("group", text("x"))).toEqual(refused("notMember"))
      })
    )
  )

  it.scoped("a guild is refused while the bot is not on the gateway", () =>
    bench(knowing, ({ code, simulator }) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "Cut" })
        expect(yield* code("channel", text("x"))).toEqual(refused("offGateway"))
        expect(yield* code("dm", text("x"))).toEqual(refused("offGateway"))
        expect(yield* code("c2c", text("x"))).toEqual([200, undefined])
      })
    )
  )
})

describe("a reply", () => {
  it.scoped("to a message that is unknown, or from elsewhere, is refused", () =>
    bench(knowing, ({ code, hear }) =>
      Effect.gen(function* () {
        const msg_id = yield* hear("c2c")
        expect(yield* code("c2c", text("x", { msg_id: "ROBOT1.0_no" }))).toEqual(refused("unknownMessage"))
        expect(yield* code("group", text("x", { msg_id }))).toEqual(refused("unknownMessage"))
        expect(yield* code("c2c", text("x", { event_id: "FRIEND_ADD:no" }))).toEqual(refused("unknownEvent"))
      })
    )
  )

  const windows = [
    ["c2c", 60, "messageExpired"],
    ["group", 5, "messageExpired"],
    ["channel", 5, "guildMessageExpired"],
    ["dm", 5, "guildMessageExpired"]
  ] as const
  it.scoped.each(windows)("in a %s is taken for %i minutes and then refused", ([kind, minutes, refusal]) =>
    bench({ heartbeatsMissed: 1000 }, ({ code, hear }) =>
      Effect.gen(function* () {
        const msg_id = yield* hear(kind)
        yield* TestClock.adjust(`${minutes} minutes`)
        expect(yield* code(kind, text("x", { msg_id }))).toEqual([200, undefined])
        yield* TestClock.adjust("1 millis")
        expect(yield* code(kind, text("x", { msg_id, msg_seq: 2 }))).toEqual(refused(refusal))
      })
    )
  )

  const allowances = [
    ["c2c", 4],
    ["group", 5]
  ] as const
  it.scoped.each(allowances)(
    "in a %s is taken %i times, and then refused before its number is looked at",
    ([kind, count]) =>
      bench({}, ({ code, hear }) =>
        Effect.gen(function* () {
          const msg_id = yield* hear(kind)
          for (let msg_seq = 1; msg_seq <= count; msg_seq++) {
            expect(yield* code(kind, text("x", { msg_id, msg_seq }))).toEqual([200, undefined])
          }
          expect(yield* code(kind, text("x", { msg_id, msg_seq: count + 1 }))).toEqual(refused("repliesSpent"))
          expect(yield* code(kind, text("x", { msg_id, msg_seq: 1 }))).toEqual(refused("repliesSpent"))
        })
      )
  )

  it.scoped("under a number that was used is a duplicate, and shown once", () =>
    bench({}, ({ code, hear, simulator }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* hear("c2c"), yield* hear("c2c")]
        expect(yield* code("c2c", text("x", { msg_id: one }))).toEqual([200, undefined])
        expect(yield* code("c2c", text("x", { msg_id: one, msg_seq: 1 }))).toEqual(refused("duplicate"))
        expect(yield* code("c2c", text("y", { msg_id: two, msg_seq: 1 }))).toEqual([200, undefined])
        expect((yield* simulator.said).map(({ text }) => text)).toEqual(["x", "y"])
      })
    )
  )

  it.scoped("that was refused for its text has not spent its number", () =>
    bench({ textLimit: 3 }, ({ code, hear }) =>
      Effect.gen(function* () {
        const msg_id = yield* hear("c2c")
        expect(yield* code("c2c", text("four", { msg_id }))).toEqual(refused("tooLong"))
        expect(yield* code("c2c", text("fou", { msg_id }))).toEqual([200, undefined])
      })
    )
  )

  it.scoped("to an event is taken where the event allows it, for as long as a reply to a message", () =>
    bench({}, ({ code, simulator }) =>
      Effect.gen(function* () {
        const added = yield* simulator.dispatch("FRIEND_ADD", { openid: "U1", timestamp: 0 })
        expect(yield* code("c2c", text("welcome", { event_id: added }))).toEqual([200, undefined])
        const rejected = yield* simulator.dispatch("C2C_MSG_REJECT", { openid: "U1", timestamp: 0 })
        expect(yield* code("c2c", text("oh", { event_id: rejected }))).toEqual(refused("unanswerable"))
        yield* TestClock.adjust("61 minutes")
        expect(yield* code("c2c", text("late", { event_id: added, msg_seq: 2 }))).toEqual(refused("eventExpired"))
      })
    )
  )
})

describe("a message that nobody asked for", () => {
  const quotas = [
    ["c2c", { perDay: 2, perMinute: 9 }, "dayQuota"],
    ["group", { perDay: 2, perMinute: 9 }, "dayQuota"],
    ["channel", { perDay: 2, perMinute: 9 }, "channelQuota"],
    ["dm", { perDay: 2, perMinute: 9 }, "dmQuota"],
    ["c2c", { perDay: 9, perMinute: 2 }, "minuteQuota"],
    ["channel", { perDay: 9, perMinute: 2 }, "minuteQuota"]
  ] as const
  it.scoped.each(quotas)("in a %s is counted: %o, then %s", ([kind, quota, refusal]) =>
    bench(
      { ...knowing, heartbeatsMissed: 10_000, quota: { c2c: quota, group: quota, channel: quota, dm: quota } },
      ({ code, hear }) =>
        Effect.gen(function* () {
          const msg_id = yield* hear(kind)
          expect(yield* code(kind, text("asked for", { msg_id }))).toEqual([200, undefined])
          expect(yield* code(kind, text("one"))).toEqual([200, undefined])
          expect(yield* code(kind, text("two"))).toEqual([200, undefined])
          expect(yield* code(kind, text("three"))).toEqual(refused(refusal))
          yield* TestClock.adjust(refusal === "minuteQuota" ? "1 minute" : "1 day")
          const token = yield* Raw.getToken()
          const later = yield* Raw.call("POST", paths[kind][1], text("four"), token)
          expect(later.status).toBe(200)
        })
    )
  )

  const forbidden = [
    ["c2c", "C2C_MSG", { openid: "U1" }, "noActiveC2c"],
    ["group", "GROUP_MSG", { group_openid: "G1" }, "noActiveGroup"]
  ] as const
  it.scoped.each(forbidden)(
    "in a %s is refused once people there say so, until they take it back",
    ([kind, name, d, refusal]) =>
      bench(knowing, ({ code, hear, simulator }) =>
        Effect.gen(function* () {
          yield* simulator.dispatch(`${name}_REJECT`, { ...d, timestamp: 0 })
          expect(yield* code(kind, text("x"))).toEqual(refused(refusal))
          expect(yield* code(kind, text("x", { msg_id: yield* hear(kind) }))).toEqual([200, undefined])
          yield* simulator.dispatch(`${name}_RECEIVE`, { ...d, timestamp: 0 })
          expect(yield* code(kind, text("x"))).toEqual([200, undefined])
        })
      )
  )

  it.scoped("is refused under the rules of 2025", () =>
    bench({ ...knowing, active: "off" }, ({ code }) =>
      Effect.gen(function* () {
        expect(yield* code("c2c", text("x"))).toEqual(refused("noActiveC2c"))
        expect(yield* code("group", text("x"))).toEqual(refused("noActiveGroup"))
        expect(yield* code("channel", text("x"))).toEqual([200, undefined])
      })
    )
  )
})

describe("a text", () => {
  it.scoped("may be 5000 units long and no longer", () =>
    bench(knowing, ({ code }) =>
      Effect.gen(function* () {
        expect(yield* code("c2c", text("x".repeat(5000)))).toEqual([200, undefined])
        expect(yield* code("c2c", text("x".repeat(5001)))).toEqual(refused("tooLong"))
        expect(yield* code("group", { msg_type: 2, markdown: { content: "x".repeat(5001) } })).toEqual(
          refused("tooLong")
        )
      })
    )
  )

  it.scoped("may only name the domains that are registered", () =>
    bench({ ...knowing, domains: ["example.org"] }, ({ code }) =>
      Effect.gen(function* () {
        expect(yield* code("c2c", text("https://www.example.org/x and https://example.org"))).toEqual([200, undefined])
        expect(yield* code("c2c", text("see https://badexample.org/"))).toEqual(refused("urlRefused"))
        expect(yield* code("channel", text("see http://elsewhere.net"))).toEqual(refused("guildUrlRefused"))
      })
    )
  )

  it.scoped("in a guild may have to wait for somebody to look at it, which is no refusal", () =>
    bench({ ...knowing, audit: true }, ({ code, hear, simulator }) =>
      Effect.gen(function* () {
        expect(yield* code("channel", text("x"))).toEqual([202, 304023])
        expect(yield* code("dm", text("x", { msg_id: yield* hear("dm") }))).toEqual([202, 304024])
        expect(yield* code("c2c", text("x"))).toEqual([200, undefined])
        expect((yield* simulator.said).length).toBe(1)
      })
    )
  )
})

describe("a button", () => {
  it.scoped("that is pressed is told with who and where, and answered once", () =>
    bench({}, ({ line, simulator }) =>
      Effect.gen(function* () {
        const id = yield* simulator.press({ conversation: "group:G1", button: "ok", data: "approve:42", from: "M1" })
        yield* Raw.settle
        expect(line.frames.at(-1)).toMatchObject({
          id: `INTERACTION_CREATE:${id}`,
          t: "INTERACTION_CREATE",
          d: {
            id,
            type: 11,
            scene: "group",
            chat_type: 1,
            group_openid: "G1",
            group_member_openid: "M1",
            data: { type: 11, resolved: { button_id: "ok", button_data: "approve:42" } }
          }
        })
        const token = yield* Raw.getToken()
        const answer = (id: string) => Raw.call("PUT", `/interactions/${id}`, { code: 0 }, token)
        expect(yield* simulator.acknowledged).toEqual([])
        expect((yield* answer(id)).status).toBe(200)
        expect(yield* simulator.acknowledged).toEqual([id])
        expect((yield* answer(id)).body.err_code).toBe(refusals.interactionAnswered[1])
        expect((yield* answer("unheard-of")).body.err_code).toBe(refusals.unknownInteraction[1])
      })
    )
  )

  it.scoped("that was pressed can be replied to", () =>
    bench({}, ({ code, simulator }) =>
      Effect.gen(function* () {
        for (const kind of kinds) {
          const id = yield* simulator.press({ conversation: paths[kind][0], button: "b", data: "d" })
          const event_id = `INTERACTION_CREATE:${id}`
          expect(yield* code(kind, text("done", { event_id }))).toEqual([200, undefined])
        }
      })
    )
  )
})
