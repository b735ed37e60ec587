import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import type { TelegramSimulatorOptions } from "../../../../src/platforms/telegram/Simulator.ts"
import * as Raw from "./RawClient.ts"

const url = "https://bot.example/telegram"
const aSecond = TestClock.adjust("1 seconds")

describe("setWebhook", () => {
  it.scoped("sets one, says so again, and deleteWebhook takes it away", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const set = { url, secret_token: "s3cret", max_connections: 7 }
        expect(yield* Raw.call("setWebhook", set)).toMatchObject({ result: true, description: "Webhook was set" })
        yield* aSecond
        expect(yield* Raw.call("setWebhook", set)).toMatchObject({ description: "Webhook is already set" })
        expect(yield* Raw.sent("getWebhookInfo", {})).toEqual({
          url,
          has_custom_certificate: false,
          pending_update_count: 0,
          max_connections: 7,
          ip_address: "<unknown>"
        })
        expect(yield* simulator.connections).toMatchObject([{ state: "webhook" }])
        expect(yield* Raw.call("deleteWebhook")).toMatchObject({ result: true, description: "Webhook was deleted" })
        expect(yield* Raw.call("setWebhook", { url: "" })).toMatchObject({ description: "Webhook is already deleted" })
        expect(yield* Raw.sent("getWebhookInfo", {})).toEqual({
          url: "",
          has_custom_certificate: false,
          pending_update_count: 0
        })
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )

  it.scoped("ends the poll that waits, and refuses the others", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const poll = yield* Raw.begun(Raw.call("getUpdates", { timeout: 25 }))
        yield* Raw.call("setWebhook", { url })
        expect(yield* Fiber.join(poll)).toMatchObject({
          status: 409,
          description: "Conflict: terminated by setWebhook request"
        })
        const next = yield* Raw.begun(Raw.call("getUpdates"))
        yield* TestClock.adjust("3 seconds")
        expect(yield* Fiber.join(next)).toMatchObject({
          status: 409,
          description:
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        })
      })
    )
  )

  it.scoped("with a URL is allowed once a second", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        yield* Raw.call("setWebhook", { url })
        expect(yield* Raw.call("setWebhook", { url: `${url}/2` })).toMatchObject({
          status: 429,
          parameters: { retry_after: 1 }
        })
        expect(yield* Raw.refused("deleteWebhook")).toBeUndefined()
        yield* aSecond
        expect(yield* Raw.refused("setWebhook", { url: `${url}/2` })).toBeUndefined()
      })
    )
  )

  const refusals: ReadonlyArray<readonly [object, string]> = [
    [{ url: "https://" }, "invalid webhook URL specified"],
    [{ url: "ftp://bot.example" }, "invalid webhook URL specified"],
    [{ url, secret_token: "x".repeat(257) }, "secret token is too long"],
    [{ url, secret_token: "a b" }, "secret token contains unallowed characters"],
    [{ url: "http://bot.example" }, "bad webhook: An HTTPS URL must be provided for webhook"],
    [{ url: "https://bot.example:9443" }, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"],
    [{ url: "https://127.0.0.1" }, "bad webhook: IP address 127.0.0.1 is reserved"],
    [{ url: "https://192.168.1.7:8443/x" }, "bad webhook: IP address 192.168.1.7 is reserved"],
    [{ url, ip_address: "10.0.0.1" }, "bad webhook: IP address 10.0.0.1 is reserved"],
    [{ url: "https://[2001:db8::1]" }, "bad webhook: IPv6-only addresses are not allowed"],
    [{ url: "https://bot.invalid" }, "bad webhook: Failed to resolve host: No address associated with hostname"]
  ]
  it.scoped.each(refusals)("of %j is refused, and what was set before is gone", ([args, reason]) =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        yield* Raw.call("setWebhook", { url: `${url}/before` })
        yield* aSecond
        expect(yield* Raw.call("setWebhook", args)).toMatchObject({
          status: 400,
          description: `Bad Request: ${reason}`
        })
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ url: "" })
      })
    )
  )

  it.scoped("takes any address where the platform is a local one", () =>
    Raw.withSimulator({ anyWebhook: true }, () =>
      Effect.map(Raw.refused("setWebhook", { url: "http://127.0.0.1:3000/x" }), (refusal) =>
        expect(refusal).toBeUndefined()
      )
    )
  )

  it.scoped("and deleteWebhook drop what waits, where they are told to", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "kept")
        yield* Raw.call("deleteWebhook", { drop_pending_updates: false })
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ pending_update_count: 1 })
        yield* Raw.call("deleteWebhook", { drop_pending_updates: "yes" })
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ pending_update_count: 0 })
      })
    )
  )
})

/** A test with a webhook whose far end answers like this; the last answer is repeated. */
const delivering = <A, E>(
  answers: Parameters<typeof Raw.receiver>[0],
  test: (stage: {
    readonly posted: ReadonlyArray<Raw.Posted>
    readonly simulator: Parameters<typeof Raw.say>[0]
  }) => Effect.Effect<A, E, Raw.Network>,
  options: Partial<TelegramSimulatorOptions> = {}
) => {
  const { post, posted } = Raw.receiver(answers)
  return Raw.withSimulator({ post, ...options }, (simulator) =>
    Effect.zipRight(
      Raw.call("setWebhook", { url, secret_token: "s3cret", max_connections: 2 }),
      test({ simulator, posted })
    )
  )
}

describe("a delivery", () => {
  it.scoped("carries one update with the secret, and any 2xx acknowledges it", () =>
    delivering([{ status: 204 }], ({ posted, simulator }) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "one")
        yield* Raw.settle
        expect(posted).toEqual([
          { id: expect.any(Number), text: "one", secret: "s3cret", contentType: "application/json" }
        ])
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ pending_update_count: 0 })
      })
    )
  )

  it.scoped("that fails is repeated at once, then after 2, 4, 8 … s, up to 60 to 120", () =>
    delivering([{ status: 500 }], ({ posted, simulator }) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "one")
        yield* Raw.settle
        expect(posted.length).toBe(2)
        for (const [index, seconds] of [2, 4, 8, 16, 32].entries()) {
          yield* TestClock.adjust(`${seconds * 1000 - 1} millis`)
          expect(posted.length).toBe(2 + index)
          yield* TestClock.adjust("1 millis")
          expect(posted.length).toBe(3 + index)
        }
        yield* TestClock.adjust("59 seconds")
        expect(posted.length).toBe(7)
        yield* TestClock.adjust("61 seconds")
        expect(posted.length).toBe(8)
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({
          pending_update_count: 1,
          last_error_message: "Wrong response from the webhook: 500 Internal Server Error"
        })
      })
    )
  )

  it.scoped("waits as long as the receiver asks, which is no failure that counts twice", () =>
    delivering([{ status: 503, headers: { "retry-after": "30" } }, { status: 200 }], ({ posted, simulator }) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "one")
        yield* TestClock.adjust("29 seconds")
        expect(posted.length).toBe(1)
        yield* TestClock.adjust("1 seconds")
        expect(posted.length).toBe(2)
      })
    )
  )

  it.scoped("is given up when the update is a day old", () =>
    delivering(
      [{ status: 500 }],
      ({ simulator }) =>
        Effect.gen(function* () {
          yield* Raw.say(simulator, "one")
          yield* TestClock.adjust("40 seconds")
          expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ pending_update_count: 0 })
        }),
      { updateLife: "30 seconds" }
    )
  )

  it.scoped("holds up those of its own chat, and no other's", () =>
    delivering([{ status: 500 }, { status: 500 }, { status: 200 }], ({ posted, simulator }) =>
      Effect.gen(function* () {
        for (const text of ["one", "two"]) yield* Raw.say(simulator, text)
        yield* Raw.settle
        yield* simulator.hear({ conversation: "chat:7002", text: "other" })
        yield* Raw.settle
        expect(posted.map(({ text }) => text)).toEqual(["one", "one", "other"])
        yield* TestClock.adjust("2 seconds")
        expect(posted.map(({ text }) => text)).toEqual(["one", "one", "other", "one", "two"])
      })
    )
  )

  it.scoped("is made on so many connections at once, and no more", () =>
    Raw.withSimulator({ post: () => Effect.never }, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.call("setWebhook", { url, max_connections: 2 })
        for (const chat of [1, 2, 3]) yield* simulator.hear({ conversation: `chat:${chat}`, text: "x" })
        yield* Raw.settle
        const begun = (yield* simulator.record).filter(({ what }) => what === "delivery")
        expect(begun.length).toBe(2)
      })
    )
  )

  it.scoped("that is not answered in a minute has failed", () =>
    Raw.withSimulator({ post: () => Effect.never }, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.call("setWebhook", { url })
        yield* Raw.say(simulator, "x")
        yield* TestClock.adjust("60 seconds")
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({
          last_error_date: 60,
          last_error_message: "Read timeout expired"
        })
      })
    )
  )

  it.scoped("may be answered with a call, which is carried out in silence", () =>
    delivering(
      [{ status: 200, body: '{"method":"sendMessage","chat_id":7001,"text":"by the way"}' }],
      ({ simulator }) =>
        Effect.gen(function* () {
          yield* Raw.say(simulator, "one")
          yield* Raw.settle
          expect(yield* simulator.said).toMatchObject([{ conversation: "chat:7001", text: "by the way" }])
        })
    )
  )

  it.scoped("answered with deleteWebhook or a question changes nothing", () =>
    delivering(
      [
        { status: 200, body: '{"method":"deleteWebhook"}' },
        { status: 200, body: '{"method":"getUpdates"}' }
      ],
      ({ simulator }) =>
        Effect.gen(function* () {
          for (const text of ["one", "two"]) yield* Raw.say(simulator, text)
          yield* Raw.settle
          expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ url })
          expect(yield* simulator.counts()).toMatchObject({ polls: 0 })
        })
    )
  )

  it.scoped("answered 410 for 23 hours is the end of the webhook", () =>
    delivering(
      [{ status: 410 }],
      ({ simulator }) =>
        Effect.gen(function* () {
          yield* Raw.say(simulator, "one")
          yield* TestClock.adjust("23 minutes")
          expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ url })
          yield* TestClock.adjust("3 minutes")
          expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ url: "", pending_update_count: 1 })
        }),
      { retryScale: 1 / 60 }
    )
  )

  it.scoped("ends with the webhook, and what was not taken is there to be polled", () =>
    delivering([{ status: 500 }], ({ posted, simulator }) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "one")
        yield* Raw.settle
        yield* Raw.call("deleteWebhook")
        yield* TestClock.adjust("10 minutes")
        expect(posted.length).toBe(2)
        expect(yield* Raw.texts()).toEqual(["one"])
      })
    )
  )

  it.scoped("fails while deliveries are made to fail: reset, or answered by a proxy", () =>
    delivering([{ status: 200 }], ({ posted, simulator }) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "FailDeliveries", times: 1 })
        yield* simulator.fault({ _tag: "FailDeliveries", status: 502 })
        yield* Raw.say(simulator, "one")
        yield* TestClock.adjust("10 seconds")
        expect(posted).toEqual([])
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({
          last_error_message: "Wrong response from the webhook: 502 Bad Gateway"
        })
        yield* simulator.heal
        yield* TestClock.adjust("8 seconds")
        expect(posted.length).toBe(1)
      })
    )
  )

  it.scoped("goes nowhere without a network", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.call("setWebhook", { url })
        yield* Raw.say(simulator, "one")
        yield* Raw.settle
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ last_error_message: "Connection refused" })
      })
    )
  )
})
