import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { defaultBot } from "../../../../src/platforms/qq/Simulator.ts"
import * as Raw from "./RawClient.ts"

const other = { ...defaultBot, appId: "102000002", secret: Redacted.make("other-secret-16c") }
const url = "https://bots.qq.com/app/getAppAccessToken"
const secret = Redacted.value(defaultBot.secret)
const me = (token: string | undefined) => Raw.call("GET", "/users/@me", undefined, `QQBot ${token}`)

describe("the token service", () => {
  it.scoped("gives the same token again, with what is left of its life as a string of seconds", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const first = yield* Raw.askToken()
        expect(first.body.expires_in).toBe("7200")
        yield* TestClock.adjust("5978 seconds")
        const second = yield* Raw.askToken()
        expect(second.body.expires_in).toBe("1222")
        expect(second.body.access_token).toBe(first.body.access_token)
      })
    )
  )

  it.scoped("gives a new one in the last minute, and both are valid until the old one ends", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const old = yield* Raw.askToken()
        yield* TestClock.adjust("7140 seconds")
        expect((yield* Raw.askToken()).body).toEqual({ access_token: old.body.access_token, expires_in: "60" })
        yield* TestClock.adjust("1 second")
        const fresh = yield* Raw.askToken()
        expect(fresh.body.access_token).not.toBe(old.body.access_token)
        expect(fresh.body.expires_in).toBe("7200")
        expect((yield* me(old.body.access_token)).status).toBe(200)
        yield* TestClock.adjust("59 seconds")
        expect((yield* me(old.body.access_token)).body.err_code).toBe(11244)
        expect((yield* me(fresh.body.access_token)).status).toBe(200)
      })
    )
  )

  it.scoped("refuses with HTTP 200 and a code", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const refused = [
          [{ appId: defaultBot.appId, clientSecret: "wrong" }, 100016],
          [{ appId: "102999999", clientSecret: secret }, 100016],
          [{ appId: "not digits", clientSecret: secret }, 100007],
          [{}, 100007]
        ] as const
        for (const [body, code] of refused) {
          const answer = yield* Raw.call("POST", url, body)
          expect([answer.status, answer.body.code]).toEqual([200, code])
          expect(answer.body.access_token).toBeUndefined()
        }
        expect((yield* Raw.call("POST", url)).body.code).toBe(100007)
      })
    )
  )

  it.scoped("knows several bots, each with a token of its own", () =>
    Raw.withSimulator({ bots: [defaultBot, other] }, (simulator) =>
      Effect.gen(function* () {
        const [one, two] = [yield* Raw.askToken(), yield* Raw.askToken(other)]
        expect(one.body.access_token).not.toBe(two.body.access_token)
        expect(yield* simulator.counts(other.appId)).toMatchObject({ tokens: 1 })
        expect(yield* simulator.counts()).toMatchObject({ tokens: 2 })
      })
    )
  )
})

describe("a request", () => {
  it.scoped("is refused with 401 unless it carries a valid token in the right scheme", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const refused = [
          [undefined, 11241],
          ["QQBot", 11243],
          ["Bearer x", 11243],
          ["Bot 102000001.x", 11245],
          ["QQBot unheard-of", 11244]
        ] as const
        for (const [authorization, code] of refused) {
          const answer = yield* Raw.call("GET", "/users/@me", undefined, authorization)
          expect([answer.status, answer.body.code, answer.body.err_code]).toEqual([401, code, code])
        }
      })
    )
  )

  it.scoped("is answered with a trace id, whatever the answer, and in the error body too", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        expect((yield* Raw.call("GET", "/users/@me", undefined, token)).headers["x-tps-trace-id"]).toMatch(/^\w{32}$/)
        const lost = yield* Raw.call("GET", "/nowhere", undefined, token)
        expect([lost.status, lost.body.err_code]).toEqual([404, 11255])
        expect(lost.body.trace_id).toBe(lost.headers["x-tps-trace-id"])
        yield* simulator.fault({ _tag: "Answer", status: 502, body: "<html>bad gateway</html>" })
        const proxy = yield* Raw.call("GET", "/gateway", undefined, token)
        expect([proxy.status, proxy.headers["content-type"]]).toEqual([502, "text/html"])
        expect(proxy.headers["x-tps-trace-id"]).toMatch(/^\w{32}$/)
      })
    )
  )
})

describe("discovery", () => {
  it.scoped("names the host that was asked, and counts the sessions that were started", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        expect((yield* Raw.call("GET", "/gateway", undefined, token)).body.url).toBe(
          "wss://api.sgroup.qq.com/websocket"
        )
        yield* Raw.identified(token)
        yield* TestClock.adjust("1 hour")
        yield* Raw.identified(token)
        expect((yield* Raw.call("GET", "/gateway/bot", undefined, token)).body.session_start_limit).toEqual({
          total: 1000,
          remaining: 998,
          reset_after: 23 * 60 * 60 * 1000,
          max_concurrency: 1
        })
        yield* TestClock.adjust("23 hours")
        const tomorrow = yield* Raw.call("GET", "/gateway/bot", undefined, yield* Raw.getToken())
        expect(tomorrow.body.session_start_limit).toMatchObject({ remaining: 999 })
      })
    )
  )

  it.scoped("is refused without a token", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        expect((yield* Raw.call("GET", "/gateway")).status).toBe(401)
        expect((yield* Raw.call("GET", "/gateway/bot")).status).toBe(401)
      })
    )
  )
})
