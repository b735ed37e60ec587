import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { firstNotice } from "../../../src/domain/Message.ts"
import { sendCodes } from "../../../src/platforms/qq/Protocol/SendCodes.ts"
import { type Rest, RestFailed } from "../../../src/platforms/qq/Rest.ts"
import { make } from "../../../src/platforms/qq/Send.ts"
import { digest, message, opened, refused, taken, unasked } from "./Send/asking.ts"
import { main, type Reaction, systemError } from "./wire.ts"

describe("QQ Send", () => {
  it.effect("each kind of conversation has its path and its body", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      const receipt = yield* send(message("c2c:ABC", { ordinal: 2 }))
      expect(receipt).toEqual({ message: "qq:main/e#2", platformId: "ROBOT1.0_sent!", at: 0 })
      yield* send(message("group:DEF", { anchor: "e:GROUP_ADD_ROBOT:1" }))
      yield* send(message("channel:98/16", { text: "a < b & c" }))
      yield* send(message("dm:18700", { markdown: true }))
      yield* send(unasked("c2c:ABC"))
      expect(
        asked.map(({ body, method, url }) => [method, url.replace("https://api.sgroup.qq.com", ""), body])
      ).toEqual([
        ["POST", "/v2/users/ABC/messages", { msg_type: 0, content: "pong", msg_id: "ROBOT1.0_x!", msg_seq: 3 }],
        [
          "POST",
          "/v2/groups/DEF/messages",
          { msg_type: 0, content: "pong", event_id: "GROUP_ADD_ROBOT:1", msg_seq: 1 }
        ],
        ["POST", "/channels/16/messages", { content: "a &lt; b &amp; c", msg_id: "ROBOT1.0_x!" }],
        ["POST", "/dms/18700/messages", { content: "pong", msg_id: "ROBOT1.0_x!" }],
        ["POST", "/v2/users/ABC/messages", { msg_type: 0, content: "pong" }]
      ])
    })
  )

  it.effect("markdown is sent as markdown unless the account says otherwise", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      yield* send(message("c2c:A", { markdown: true, text: "**hi**" }))
      expect(asked[0]?.body).toMatchObject({ msg_type: 2, markdown: { content: "**hi**" } })
      expect(asked[0]?.body).not.toHaveProperty("content")
      const plain = yield* opened(() => taken, { ...main, markdown: false })
      yield* plain.send(message("c2c:A", { markdown: true, text: "**hi**" }))
      expect(plain.asked[0]?.body).toMatchObject({ msg_type: 0, content: "**hi**" })
    })
  )

  it.effect("who is mentioned is called where others listen, and named in a direct conversation", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      const text = "hi [@Ann](person:0B1C), a < b"
      for (const id of ["group:G", "channel:98/16", "c2c:A", "dm:98"])
        yield* send(message(id, { text, markdown: true }))
      yield* send(message("group:G", { text }))
      const call = `<qqbot-at-user id="0B1C" />`
      expect(asked.map(({ body }) => body)).toMatchObject([
        { markdown: { content: `hi ${call}, a < b` } },
        { content: `hi ${call}, a &lt; b` },
        { markdown: { content: "hi @Ann, a < b" } },
        { content: "hi @Ann, a &lt; b" },
        { content: text }
      ])
    })
  )

  it.effect("a notice of the gateway is an answer with a number that no other has", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      yield* send(message("c2c:A", { ordinal: firstNotice }))
      expect(asked[0]?.body).toMatchObject({ msg_id: "ROBOT1.0_x!", msg_seq: firstNotice + 1 })
    })
  )

  it.effect("every anchor code falls back once to an unasked message (F84)", () =>
    Effect.gen(function* () {
      for (const { code } of sendCodes.filter(({ action }) => action === "anchor")) {
        const { asked, send } = yield* opened((nth) => (nth === 1 ? refused(code) : taken))
        expect(yield* send(message("group:A"))).toMatchObject({ platformId: "ROBOT1.0_sent!" })
        expect(asked.map(({ body }) => body)).toEqual([
          { msg_type: 0, content: "pong", msg_id: "ROBOT1.0_x!", msg_seq: 1 },
          { msg_type: 0, content: "pong" }
        ])
        const stubborn = yield* opened(() => refused(code))
        expect(yield* Effect.flip(stubborn.send(message("group:A")))).toMatchObject({ reason: "Rejected", code })
        expect(stubborn.asked).toHaveLength(2)
      }
    })
  )

  it.effect("markdown that is not taken is sent as text, once, as the same reply", () =>
    Effect.gen(function* () {
      for (const { code } of sendCodes.filter(({ action }) => action === "plain")) {
        const { asked, send } = yield* opened((nth) => (nth === 1 ? refused(code) : taken))
        yield* send(message("c2c:A", { markdown: true }))
        expect(asked[1]?.body).toEqual({ msg_type: 0, content: "pong", msg_id: "ROBOT1.0_x!", msg_seq: 1 })
        const stubborn = yield* opened(() => refused(code))
        expect(yield* Effect.flip(stubborn.send(message("c2c:A")))).toMatchObject({ reason: "Rejected", code })
        expect(stubborn.asked).toHaveLength(1)
      }
    })
  )

  it.effect("what QQ took before counts as delivered (F81, F96)", () =>
    Effect.gen(function* () {
      const { send } = yield* opened(() => refused(40054005))
      expect(yield* send(message("c2c:A"))).toEqual({ message: "qq:main/e#0", platformId: "", at: 0 })
    })
  )

  it.effect("what waits for QQ's audit is taken, under the audit's id", () =>
    Effect.gen(function* () {
      for (const [status, code] of [
        [202, 304023],
        [200, 304024]
      ] as const) {
        const data = { message_audit: { audit_id: "5f60" } }
        const { send } = yield* opened(() => ({ status, json: { code, message: "audit", data } }))
        expect(yield* send(message("channel:1/2"))).toMatchObject({ platformId: "5f60" })
      }
    })
  )

  it.effect("too much, and QQ's own trouble, says when to come back (F85)", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(5000)
      for (const { action, code } of sendCodes) {
        if (action !== "later" && action !== "retry") continue
        const { asked, send } = yield* opened(() => refused(code))
        const failed = yield* Effect.flip(send(unasked("c2c:A")))
        expect(failed).toMatchObject({ reason: "RateLimited", code })
        expect(failed.until).toBeGreaterThanOrEqual(15_000)
        expect(asked).toHaveLength(1)
      }
      const { send } = yield* opened(() => ({ status: 429, raw: "<html>slow</html>" }))
      expect(yield* Effect.flip(send(message("c2c:A")))).toMatchObject({ reason: "RateLimited", until: 65_000 })
    })
  )

  it.effect("links to sites that are not registered are told as words, once, as the same reply (F80)", () =>
    Effect.gen(function* () {
      const text = "see [the docs](https://a.example/x_y?b=1), or http://b.example"
      for (const { code } of sendCodes.filter(({ action }) => action === "unlinked")) {
        const { asked, send } = yield* opened((nth) => (nth % 2 === 1 ? refused(code) : taken))
        yield* send(message("c2c:A", { text, markdown: true }))
        yield* send(message("channel:98/16", { text }))
        const words = "see the docs (a。example/x_y?b=1), or b。example"
        expect([asked[1]?.body, asked[3]?.body]).toEqual([
          { msg_type: 2, markdown: { content: words }, msg_id: "ROBOT1.0_x!", msg_seq: 1 },
          { content: words, msg_id: "ROBOT1.0_x!" }
        ])
        const stubborn = yield* opened(() => refused(code))
        expect(yield* Effect.flip(stubborn.send(message("c2c:A", { text })))).toMatchObject({
          reason: "Rejected",
          code
        })
        expect(stubborn.asked).toHaveLength(2)
      }
    })
  )

  it.effect("what one repeat mends is repeated once, a second later, and with no new token (F85)", () =>
    Effect.gen(function* () {
      for (const { code } of sendCodes.filter(({ action }) => action === "repeat")) {
        const no = { status: 401, json: { code, err_code: code } }
        const { asked, send } = yield* opened((nth) => (nth === 1 ? no : taken))
        const sending = yield* Effect.fork(send(message("channel:98/16")))
        yield* TestClock.adjust("1 second")
        expect(yield* Fiber.join(sending)).toMatchObject({ platformId: "ROBOT1.0_sent!" })
        expect(asked.map(({ body }) => body)).toEqual(Array.from([1, 2], () => asked[0]?.body))
        const stubborn = yield* opened(() => no)
        const failing = yield* Effect.fork(Effect.flip(stubborn.send(message("channel:98/16"))))
        yield* TestClock.adjust("1 second")
        expect(yield* Fiber.join(failing)).toMatchObject({ reason: "Rejected", code })
        expect(stubborn.asked).toHaveLength(2)
      }
    })
  )

  it.effect("of two codes the one that is known counts, the newer one first", () =>
    Effect.gen(function* () {
      const codes = (code: number, err_code: number) => ({ status: 400, json: { code, err_code } })
      for (const [reaction, code] of [
        [codes(40034006, 4242), 40034006],
        [codes(4242, 40034006), 40034006],
        [codes(40054007, 40034006), 40034006],
        [codes(4243, 4242), 4242]
      ] as const) {
        const { send } = yield* opened(() => reaction)
        expect(yield* Effect.flip(send(message("c2c:A")))).toMatchObject({ reason: "Rejected", code })
      }
    })
  )

  it.effect("what QQ will never take is rejected with the reason in words (F31)", () =>
    Effect.gen(function* () {
      for (const { action, code, meaning } of sendCodes) {
        if (action !== "rejected") continue
        const { asked, send } = yield* opened(() => refused(code))
        expect(yield* Effect.flip(send(message("c2c:A", { markdown: true })))).toMatchObject({
          reason: "Rejected",
          code,
          cause: meaning
        })
        expect(asked).toHaveLength(1)
      }
    })
  )

  it.effect("an answer that nobody listed is judged by its status", () =>
    Effect.gen(function* () {
      const unlisted: ReadonlyArray<readonly [reaction: Reaction, reason: string]> = [
        [refused(4242), "Rejected"],
        [{ status: 404, raw: "not found" }, "Rejected"],
        [{ status: 405 }, "Rejected"],
        [{ status: 200, json: { code: 4242 } }, "Rejected"],
        [{ status: 401, json: { code: 11293 } }, "Rejected"],
        [{ status: 401, json: { code: 11244 } }, "Unreachable"],
        [{ status: 401 }, "Unreachable"],
        [{ status: 401, json: { code: 11298 } }, "Unreachable"],
        [{ status: 500 }, "Uncertain"],
        [{ status: 500, json: { code: 4242 } }, "Uncertain"],
        [{ status: 502, raw: "<html>bad gateway</html>" }, "Uncertain"],
        [{ status: 504 }, "Uncertain"]
      ]
      for (const [reaction, reason] of unlisted) {
        const { send } = yield* opened(() => reaction)
        const failed = yield* Effect.flip(send(message("c2c:A")))
        expect(failed.reason, JSON.stringify(reaction)).toBe(reason)
      }
    })
  )

  it.effect("a success that names no message is no proof (F82)", () =>
    Effect.gen(function* () {
      for (const reaction of [{ json: {} }, { raw: "" }, { status: 204 }, { raw: "<html>sign in</html>" }]) {
        const { send } = yield* opened(() => reaction)
        expect((yield* Effect.flip(send(message("c2c:A")))).reason).toBe("Uncertain")
      }
    })
  )

  it.effect("bytes that never left are told from those that may have (F81, F95)", () =>
    Effect.gen(function* () {
      const refusedLine = yield* opened(() => ({ fault: systemError("ECONNREFUSED", "connect") }))
      expect((yield* Effect.flip(refusedLine.send(message("c2c:A")))).reason).toBe("Unreachable")
      const reset = yield* opened(() => ({ fault: systemError("ECONNRESET") }))
      expect((yield* Effect.flip(reset.send(message("c2c:A")))).reason).toBe("Uncertain")
      const silent = yield* opened(() => "never")
      const waiting = yield* Effect.fork(Effect.flip(silent.send(message("c2c:A"))))
      yield* TestClock.adjust("20 seconds")
      expect((yield* Fiber.join(waiting)).reason).toBe("Uncertain")
    })
  )

  it.effect("a repeat after a lost answer carries the same pair, and is found delivered (F81)", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened((nth) =>
        nth === 1 ? { fault: systemError("ECONNRESET") } : refused(40054005)
      )
      const reply = message("group:A", { ordinal: 1 })
      yield* Effect.flip(send(reply))
      expect(yield* send(reply)).toMatchObject({ platformId: "" })
      expect(asked[1]?.body).toEqual(asked[0]?.body)
    })
  )

  it.effect("what may have arrived is never said again unasked (F81)", () =>
    Effect.gen(function* () {
      const bare = yield* opened(() => taken)
      expect((yield* Effect.flip(bare.send(unasked("c2c:A"), true))).reason).toBe("Rejected")
      expect(bare.asked).toHaveLength(0)
      const used = yield* opened(() => refused(40034128))
      expect((yield* Effect.flip(used.send(message("c2c:A"), true))).reason).toBe("Rejected")
      expect(used.asked).toHaveLength(1)
    })
  )

  it.effect("a place that cannot be written to is refused without a request", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      for (const id of ["bot", "guild:98", "channel:98", "c2c:", "other:1"]) {
        expect((yield* Effect.flip(send(unasked(id)))).reason, id).toBe("Rejected")
      }
      expect(asked).toHaveLength(0)
    })
  )

  it.effect("without a token nothing has left", () =>
    Effect.gen(function* () {
      const failed = new RestFailed({ step: "token", cause: "no", sent: false })
      const rest: Rest = {
        gateway: failed,
        me: failed,
        acknowledge: () => failed,
        post: () => failed,
        put: () => failed
      }
      expect(yield* Effect.flip(make(main, rest, digest).send(message("c2c:A")))).toMatchObject({
        reason: "Unreachable"
      })
    })
  )
})
