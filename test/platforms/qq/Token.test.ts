import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Redacted, Scope, TestClock } from "effect"
import { lifetimeOf, make, type Token } from "../../../src/platforms/qq/Token.ts"
import { main, type Reaction, secret, systemError, wire } from "./wire.ts"

const granted = (token: string, expires_in: unknown): Reaction => ({ json: { access_token: token, expires_in } })
const opened = (react: (nth: number) => Reaction) =>
  Effect.gen(function* () {
    const { asked, layer } = wire((_, nth) => react(nth))
    const token = yield* Effect.provide(make(main), layer)
    return { asked, token }
  })
const value = ({ get }: Token) => Effect.map(get, Redacted.value)

describe("QQ Token", () => {
  it("every form of expires_in is read, and nonsense is not", () => {
    expect(["7200", 7200, "60", "1", 0, undefined].map(lifetimeOf)).toEqual([7200, 7200, 60, 1, 0, 7200])
    for (const bad of ["", "x", "-1", -1, "1.5", null, {}, NaN]) expect(lifetimeOf(bad), String(bad)).toBeUndefined()
    expect(lifetimeOf("99999999999999999999")).toBe(86_400)
  })

  it.scoped("asks the way the service wants it, once, and keeps the token while it lasts", () =>
    Effect.gen(function* () {
      const { asked, token } = yield* opened(() => granted("one", "7200"))
      expect(yield* value(token)).toBe("one")
      yield* TestClock.adjust("2 hours")
      expect(yield* value(token)).toBe("one")
      expect(asked[0]).toMatchObject({
        method: "POST",
        url: "https://bots.qq.com/app/getAppAccessToken",
        headers: { "content-type": "application/json" },
        body: { appId: "102000001", clientSecret: secret }
      })
    })
  )

  it.scoped("a hundred callers at once share one request, and one failure (F37)", () =>
    Effect.gen(function* () {
      const { asked, token } = yield* opened((nth) => (nth === 1 ? { status: 500 } : granted("two", 7200)))
      const crowd = Effect.all(
        Array.from({ length: 100 }, () => Effect.either(value(token))),
        {
          concurrency: "unbounded"
        }
      )
      expect(new Set((yield* crowd).map(({ _tag }) => _tag))).toEqual(new Set(["Left"]))
      expect(asked).toHaveLength(1)
      expect(new Set((yield* crowd).map(({ _tag }) => _tag))).toEqual(new Set(["Right"]))
      expect(asked).toHaveLength(2)
    })
  )

  it.scoped("a caller that gives up does not take the others' token away", () =>
    Effect.gen(function* () {
      const { asked, token } = yield* opened((nth) => (nth === 1 ? "never" : granted("two", 7200)))
      const impatient = yield* Effect.fork(token.get)
      const patient = yield* Effect.fork(Effect.either(token.get))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(impatient)
      yield* TestClock.adjust("19 seconds")
      expect(yield* Fiber.join(patient)).toMatchObject({ left: { cause: expect.stringContaining("20s") } })
      expect(yield* value(token)).toBe("two")
      expect(asked).toHaveLength(2)
    })
  )

  it.scoped("renews in the last minute of the old token's life, for ever", () =>
    Effect.gen(function* () {
      const { asked, token } = yield* opened((nth) => granted(`token ${nth}`, "7200"))
      yield* token.get
      yield* TestClock.adjust(Duration.seconds(7144))
      expect(asked).toHaveLength(1)
      yield* TestClock.adjust("1 second")
      expect(asked).toHaveLength(2)
      expect(yield* value(token)).toBe("token 2")
      yield* TestClock.adjust(Duration.seconds(7145))
      expect(asked).toHaveLength(3)
    })
  )

  it.scoped("a token at the very end of its life is asked for again after 5 s, not in a hot loop", () =>
    Effect.gen(function* () {
      const { asked, token } = yield* opened((nth) => granted(`token ${nth}`, nth === 1 ? "1" : "7200"))
      expect(yield* value(token)).toBe("token 1")
      yield* TestClock.adjust("4999 millis")
      expect(asked).toHaveLength(1)
      yield* TestClock.adjust("1 millis")
      expect(asked).toHaveLength(2)
    })
  )

  it.scoped("a renewal that fails is tried again until it succeeds, while the old token serves (F37)", () =>
    Effect.gen(function* () {
      const { asked, token } = yield* opened((nth) =>
        nth > 1 && nth < 5 ? { status: 502, raw: "<html>" } : granted(`token ${nth}`, 7200)
      )
      yield* token.get
      yield* TestClock.adjust(Duration.seconds(7145))
      expect(asked).toHaveLength(2)
      expect(yield* value(token)).toBe("token 1")
      yield* TestClock.adjust("30 seconds")
      expect(asked).toHaveLength(5)
      expect(yield* value(token)).toBe("token 5")
    })
  )

  it.scoped("a renewal goes on however long the service is away (F37)", () =>
    Effect.gen(function* () {
      let down = false
      const { asked, token } = yield* opened((nth) =>
        down ? { fault: systemError("ECONNREFUSED", "connect") } : granted(`token ${nth}`, 7200)
      )
      yield* token.get
      down = true
      yield* TestClock.adjust("3 hours")
      const tries = asked.length
      expect(tries).toBeGreaterThan(50)
      expect(yield* Effect.flip(token.get)).toMatchObject({ _tag: "TokenFailed" })
      down = false
      yield* TestClock.adjust("40 seconds")
      expect(yield* value(token)).toMatch(/^token/)
    })
  )

  it.scoped("only the current token can be dropped", () =>
    Effect.gen(function* () {
      const { asked, token } = yield* opened((nth) => granted(`token ${nth}`, 7200))
      const first = yield* token.get
      yield* token.drop(Redacted.make("somebody else's"))
      expect(yield* value(token)).toBe("token 1")
      yield* token.drop(first)
      expect(yield* value(token)).toBe("token 2")
      yield* token.drop(first)
      expect(yield* value(token)).toBe("token 2")
      expect(asked).toHaveLength(2)
    })
  )

  it.scoped("after 'too many requests' nothing is asked for a minute (F32)", () =>
    Effect.gen(function* () {
      const { asked, token } = yield* opened((nth) =>
        nth === 1 ? { json: { code: 100001, message: "slow" } } : granted("two", 7200)
      )
      expect(yield* Effect.flip(token.get)).toMatchObject({ code: 100001, retryAfter: 60_000 })
      yield* TestClock.adjust("45 seconds")
      expect(yield* Effect.flip(token.get)).toMatchObject({ retryAfter: 15_000 })
      expect(asked).toHaveLength(1)
      yield* TestClock.adjust("15 seconds")
      expect(yield* value(token)).toBe("two")
    })
  )

  it.scoped("a refusal that needs a person carries the reason and the remedy (F31)", () =>
    Effect.gen(function* () {
      for (const [code, reason] of [
        [100007, "Misconfigured"],
        [100016, "Unauthorized"],
        [10004, "Misconfigured"]
      ] as const) {
        const { token } = yield* opened(() => ({ json: { code, message: "no" }, trace: "4f0c" }))
        expect(yield* Effect.flip(token.get)).toMatchObject({
          code,
          traceId: "4f0c",
          verdict: { reason, remedy: expect.stringContaining("QQ_CLIENT_SECRET") }
        })
      }
    })
  )

  it.scoped("whatever else goes wrong is worth another try", () =>
    Effect.gen(function* () {
      const trouble: ReadonlyArray<Reaction> = [
        { status: 500 },
        { status: 502, raw: "<html>bad gateway</html>" },
        { json: {} },
        { raw: "" },
        { json: { code: 4242 } },
        granted("", 7200),
        granted("t", "x"),
        { json: { access_token: 7, expires_in: 7200 } },
        { fault: systemError("ENOTFOUND", "getaddrinfo") }
      ]
      for (const reaction of trouble) {
        const { token } = yield* opened(() => reaction)
        const failed = yield* Effect.flip(token.get)
        expect(failed.verdict, JSON.stringify(reaction)).toBeUndefined()
        expect(failed.retryAfter, JSON.stringify(reaction)).toBeUndefined()
      }
    })
  )

  it.scoped("no failure tells the secret or the token (F37)", () =>
    Effect.gen(function* () {
      const leaky: ReadonlyArray<Reaction> = [
        { fault: systemError("ECONNRESET") },
        { fault: new Error(secret) },
        { status: 400, json: { code: 100016, message: secret } },
        { raw: secret }
      ]
      for (const reaction of leaky) {
        const { token } = yield* opened(() => reaction)
        const failed = yield* Effect.flip(token.get)
        expect(`${failed.message} ${JSON.stringify(failed)} ${String(failed)} ${failed.stack}`).not.toContain(secret)
      }
    })
  )

  it.effect("nothing is asked after the scope is closed", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { asked, token } = yield* Scope.extend(
        opened((nth) => granted(`token ${nth}`, 7200)),
        scope
      )
      yield* token.get
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust("1 day")
      expect(asked).toHaveLength(1)
    })
  )
})
