import { expect, it } from "@effect/vitest"
import { Effect, Fiber, Redacted, TestClock } from "effect"
import { keptWithin } from "../../../src/adapter/Webhook.ts"
import { allowedUpdates } from "../../../src/platforms/telegram/Protocol/AllowedUpdates.ts"
import * as Simulator from "../../../src/platforms/telegram/Simulator.ts"
import { listening, opened, path, secret, started, webhook, world } from "./webhooked.ts"

const said = (id: number, text = "hello", chat = 7001) => ({
  update_id: 871_200_000 + id,
  message: {
    message_id: id,
    date: 1_767_225_600,
    chat: { id: chat, type: "private" },
    from: { id: chat, is_bot: false, first_name: "Ada" },
    text
  }
})

it.scoped("the webhook is set as it is meant, and what waits is not dropped", () =>
  Effect.gen(function* () {
    const { asked, delivered, say, signals } = yield* started
    expect(yield* asked("setWebhook")).toEqual([
      {
        url: webhook.url,
        // the record tells no secrets; that it is the right one shows in what is delivered
        secret_token: "<secret>",
        allowed_updates: allowedUpdates,
        max_connections: 40,
        drop_pending_updates: false
      }
    ])
    expect(signals.map(({ _tag }) => _tag)).toEqual(["Connecting", "Connected"])
    expect(yield* asked("deleteWebhook")).toEqual([])
    expect(yield* asked("getUpdates")).toEqual([])
    yield* say("hello")
    expect(yield* delivered).toEqual([undefined])
  })
)

it.scoped("it is not connected before Telegram says that the webhook is ours (F41)", () =>
  Effect.gen(function* () {
    const made = yield* world
    yield* made.sim.fault({ _tag: "Stall", step: "hello" })
    const { connected, losses } = yield* listening(made)
    yield* TestClock.adjust("30 seconds")
    expect(connected()).toBe(false)
    expect(losses()[0]).toContain("getWebhookInfo")
    yield* made.sim.heal
    yield* TestClock.adjust("1 minute")
    expect(connected()).toBe(true)
  })
)

it.scoped("what people say is heard, in order, and nothing is left waiting", () =>
  Effect.gen(function* () {
    const { delivered, say, texts } = yield* started
    for (const text of ["one", "two", "three"]) yield* say(text)
    expect(texts()).toEqual(["one", "two", "three"])
    expect(yield* delivered).toEqual([undefined, undefined, undefined])
  })
)

it.scoped("what waited before the webhook was set is posted then", () =>
  Effect.gen(function* () {
    const made = yield* world
    yield* made.say("before")
    const { texts } = yield* listening(made)
    yield* TestClock.adjust("10 seconds")
    expect(texts()).toEqual(["before"])
  })
)

it.scoped.each<[string, Record<string, string>]>([
  ["no secret", {}],
  ["an empty secret", { "x-telegram-bot-api-secret-token": "" }],
  ["another secret", { "x-telegram-bot-api-secret-token": "s3cr3t_-of-the-webhooK" }],
  ["half the secret", { "x-telegram-bot-api-secret-token": "s3cr3t" }],
  ["the secret and more", { "x-telegram-bot-api-secret-token": `${secret}${secret}` }],
  ["the token", { "x-telegram-bot-api-secret-token": Redacted.value(Simulator.defaultBot.token) }],
  ["the secret in another place", { authorization: secret }]
])("%s is refused with 401, and nothing of it is heard", ([, headers]) =>
  Effect.gen(function* () {
    const { events, post } = yield* started
    expect(yield* post(said(1), headers)).toEqual({ status: 401 })
    expect(events()).toEqual([])
  })
)

it.scoped.each([[""], ["null"], ["[]"], ["{"], ["{}"], ['{"update_id":"1"}'], ["\u0000"], ["<html>"]])(
  "%j is no update, and is refused with 400",
  ([body = ""]) =>
    Effect.gen(function* () {
      const { events, post } = yield* started
      expect(yield* post(body)).toEqual({ status: 400 })
      expect(events()).toEqual([])
    })
)

it.scoped("what means nothing to us is taken at once, though nobody pulls", () =>
  Effect.gen(function* () {
    const made = yield* world
    const { pull } = yield* opened(made)
    yield* pull
    yield* pull
    expect(yield* made.post({ update_id: 5 })).toEqual({ status: 200 })
  })
)

it.scoped("nobody pulls: Telegram is told to come again, and hears 200 once it is kept (F78)", () =>
  Effect.gen(function* () {
    const made = yield* world
    const { pull, signals } = yield* opened(made)
    yield* pull
    yield* pull
    const posting = yield* Effect.fork(made.post(said(1)))
    yield* TestClock.adjust(keptWithin)
    expect((yield* Fiber.join(posting)).status).toBe(503)
    const again = yield* Effect.fork(made.post(said(1)))
    yield* TestClock.adjust(0)
    yield* pull
    yield* Effect.fork(pull)
    expect((yield* Fiber.join(again)).status).toBe(200)
    expect(signals.filter(({ _tag }) => _tag === "Received")).toHaveLength(1)
  })
)

it.scoped("what the gateway could not keep for a while is heard once, in order, and the line stands (F78)", () =>
  Effect.gen(function* () {
    const made = yield* world
    const { pull, signals } = yield* opened(made)
    yield* pull
    yield* pull
    for (const text of ["one", "two"]) yield* made.say(text)
    yield* TestClock.adjust("10 minutes")
    expect((yield* made.delivered).filter((failure) => failure === undefined)).toEqual([])
    const pulling = yield* Effect.fork(Effect.forever(pull))
    yield* TestClock.adjust("1 minute")
    const ids = signals.flatMap((signal) => (signal._tag === "Received" ? [signal.event.id] : []))
    expect(ids).toEqual([...new Set(ids)])
    expect(ids).toHaveLength(2)
    expect(signals.filter(({ _tag }) => _tag === "Disconnected")).toEqual([])
    yield* Fiber.interrupt(pulling)
  })
)

it.scoped("a restart loses nothing that was not acknowledged", () =>
  Effect.gen(function* () {
    const made = yield* world
    const first = yield* opened(made)
    yield* first.pull
    yield* first.pull
    yield* made.say("do not lose me")
    yield* first.pull
    yield* first.close
    expect((yield* made.delivered).filter((failure) => failure === undefined)).toEqual([])
    const { texts } = yield* listening(made)
    yield* TestClock.adjust("1 minute")
    expect(texts()).toEqual(["do not lose me"])
  })
)

it.scoped("a clean stop leaves the webhook, and Telegram keeps what comes meanwhile", () =>
  Effect.gen(function* () {
    const made = yield* world
    const first = yield* listening(made)
    yield* first.stop
    expect(yield* made.asked("deleteWebhook")).toEqual([])
    yield* made.say("while you were away")
    yield* TestClock.adjust("5 minutes")
    const second = yield* listening(made)
    yield* TestClock.adjust("2 minutes")
    expect(second.texts()).toEqual(["while you were away"])
    expect(second.of("Connected").map(({ resumed }) => resumed)).toEqual([true])
  })
)

it.scoped("after a day away nobody can say that nothing was missed (F73)", () =>
  Effect.gen(function* () {
    const made = yield* world
    const first = yield* listening(made)
    yield* TestClock.adjust("1 hour")
    yield* first.stop
    yield* TestClock.adjust("24 hours")
    const second = yield* listening(made)
    expect(second.of("Connected").map(({ resumed }) => resumed)).toEqual([false])
  })
)

it.scoped("every minute Telegram's word is proof of life (F10)", () =>
  Effect.gen(function* () {
    const { of } = yield* started
    yield* TestClock.adjust("3 minutes")
    expect(of("Alive")).toHaveLength(3)
    expect(of("Disconnected")).toEqual([])
  })
)

it.scoped("somebody else sets the webhook: it is noticed within a minute, said, and set again", () =>
  Effect.gen(function* () {
    const { asked, connected, losses, of, sim } = yield* started
    yield* sim.fault({ _tag: "StealWebhook", url: "https://other.example/secret-path" })
    yield* TestClock.adjust("61 seconds")
    expect(losses()).toEqual(["somebody else set the webhook: it points to other.example"])
    yield* sim.heal
    yield* TestClock.adjust("1 minute")
    expect(connected()).toBe(true)
    expect(yield* asked("setWebhook")).toHaveLength(2)
    // what was posted elsewhere is lost to us
    expect(of("Connected").map(({ resumed }) => resumed)).toEqual([false, false])
  })
)

it.scoped("what was posted to somebody else while we were away is not vouched for", () =>
  Effect.gen(function* () {
    const made = yield* world
    const first = yield* listening(made)
    yield* first.stop
    yield* made.sim.fault({ _tag: "StealWebhook", url: "https://other.example/x" })
    yield* TestClock.adjust("1 hour")
    const second = yield* listening(made)
    yield* TestClock.adjust("1 minute")
    expect(second.of("Connected").map(({ resumed }) => resumed)).toEqual([false])
  })
)

it.scoped("somebody who sets it again and again is a conflict, and is named", () =>
  Effect.gen(function* () {
    const { fatal, sim } = yield* started
    for (let minute = 0; minute < 5; minute += 1) {
      yield* sim.fault({ _tag: "StealWebhook", url: "https://other.example/x" })
      yield* TestClock.adjust("61 seconds")
    }
    const why = yield* fatal
    expect(why).toMatchObject({ reason: "Conflict", retryable: true })
    expect(why?.remedy).toContain("other.example")
  })
)

it.scoped("thefts with peace between them are no conflict", () =>
  Effect.gen(function* () {
    const { connected, fatal, losses, sim } = yield* started
    for (let theft = 0; theft < 5; theft += 1) {
      yield* sim.fault({ _tag: "StealWebhook", url: "https://other.example/x" })
      yield* TestClock.adjust("4 minutes")
    }
    expect(losses()).toHaveLength(5)
    expect(yield* fatal).toBeUndefined()
    expect(connected()).toBe(true)
  })
)

it.scoped("deliveries that do not arrive end the line in Telegram's own words, and it heals (F10)", () =>
  Effect.gen(function* () {
    const { connected, losses, say, sim, texts } = yield* started
    yield* sim.fault({ _tag: "FailDeliveries", status: 502 })
    yield* say("one")
    yield* TestClock.adjust("3 minutes")
    expect(new Set(losses())).toEqual(
      new Set(["Telegram cannot post to us what waits (1): Wrong response from the webhook: 502 Bad Gateway"])
    )
    yield* sim.heal
    yield* TestClock.adjust("2 minutes")
    expect(connected()).toBe(true)
    expect(texts()).toEqual(["one"])
  })
)

it.scoped("while what waits does not arrive it is not connected again, however well Telegram can be asked (F41)", () =>
  Effect.gen(function* () {
    const { connected, of, say, sim, texts } = yield* started
    yield* sim.fault({ _tag: "FailDeliveries", status: 502 })
    yield* say("one")
    yield* TestClock.adjust("3 minutes")
    expect(connected()).toBe(false)
    // not so long that the loop, which nobody opens anew here, can be exhausted
    yield* TestClock.adjust("1 minute")
    expect(of("Connected")).toHaveLength(1)
    yield* sim.heal
    yield* TestClock.adjust("1 minute")
    expect(connected()).toBe(true)
    expect(texts()).toEqual(["one"])
  })
)

it.scoped("an address that Telegram took before, and cannot reach when it is set anew, parks nothing (F31)", () =>
  Effect.gen(function* () {
    const { connected, losses, say, sim, texts } = yield* started
    yield* sim.fault({ _tag: "FailDeliveries" })
    yield* say("one")
    yield* TestClock.adjust("130 seconds")
    expect(losses().at(-1)).toContain("bad webhook: Connection refused")
    yield* sim.heal
    yield* TestClock.adjust("1 minute")
    expect(connected()).toBe(true)
    expect(texts()).toEqual(["one"])
  })
)

it.scoped("what waits is posted at once to a webhook that is set anew", () =>
  Effect.gen(function* () {
    const made = yield* world
    const first = yield* listening(made)
    yield* first.stop
    yield* made.say("while you were away")
    yield* TestClock.adjust("1 hour")
    const { connected, texts } = yield* listening(made)
    yield* TestClock.adjust("1 second")
    expect(texts()).toEqual(["while you were away"])
    expect(connected()).toBe(true)
    expect(yield* made.asked("deleteWebhook")).toEqual([{ drop_pending_updates: false }])
  })
)

it.scoped("one delivery that failed and came later ends nothing", () =>
  Effect.gen(function* () {
    const { losses, say, sim, texts } = yield* started
    yield* sim.fault({ _tag: "FailDeliveries", times: 3 })
    yield* say("one")
    yield* TestClock.adjust("10 minutes")
    expect(texts()).toEqual(["one"])
    expect(losses()).toEqual([])
  })
)

it.scoped("posts that nobody proved are no sign that deliveries arrive", () =>
  Effect.gen(function* () {
    const { losses, post, say, sim } = yield* started
    yield* sim.fault({ _tag: "FailDeliveries" })
    yield* say("one")
    yield* Effect.forkScoped(Effect.forever(Effect.delay(post(said(9), {}), "10 seconds")))
    yield* TestClock.adjust("3 minutes")
    expect(losses()[0]).toContain("Connection reset by peer")
  })
)

it.scoped.each([
  ["Refuse", { _tag: "Refuse", as: "dns" }],
  ["Stall", { _tag: "Stall", step: "http" }],
  ["Answer", { _tag: "Answer", status: 502, body: "<html>" }],
  ["Delay", { _tag: "Delay", millis: 25_000 }]
] as const)(
  "Telegram cannot be asked (%s): the line is lost within its silence, and is there again after it",
  ([, fault]) =>
    Effect.gen(function* () {
      const { connected, of, say, sim, texts } = yield* started
      yield* sim.fault(fault)
      yield* TestClock.adjust("85 seconds")
      expect(of("Disconnected").length).toBeGreaterThan(0)
      yield* say("while you were away")
      yield* sim.heal
      yield* TestClock.adjust("1 minute")
      expect(connected()).toBe(true)
      expect(texts()).toEqual(["while you were away"])
      expect(of("Connected").every(({ resumed }, index) => resumed || index === 0)).toBe(true)
    })
)

it.scoped("an address that Telegram does not take parks the account with Telegram's words and a remedy", () =>
  Effect.gen(function* () {
    const made = yield* world
    const { fatal } = yield* listening(made, `http://bot.example${path}`)
    const why = yield* fatal
    expect(why).toMatchObject({ reason: "Misconfigured", retryable: false })
    expect(why?.lastCause).toContain("An HTTPS URL must be provided for webhook")
    expect(why?.remedy).toContain("TELEGRAM_WEBHOOK_URL")
  })
)

it.scoped("a page with status 400 of something in between says nothing about the address", () =>
  Effect.gen(function* () {
    const made = yield* world
    yield* made.sim.fault({ _tag: "Answer", path: "/setWebhook", status: 400, body: "<html>", times: 1 })
    const { connected, of } = yield* listening(made)
    expect(of("Disconnected")).toMatchObject([{ cause: { reason: "Refused", code: 400 } }])
    yield* TestClock.adjust("5 seconds")
    expect(connected()).toBe(true)
  })
)

it.scoped.each([
  [401, "Unauthorized"],
  [404, "Misconfigured"],
  [421, "Misconfigured"]
] as const)("a token that is refused with %d parks the account: %s", ([code, reason]) =>
  Effect.gen(function* () {
    const made = yield* world
    yield* made.sim.fault({ _tag: "Unauthorized", code })
    const { fatal } = yield* listening(made)
    expect(yield* fatal).toMatchObject({ reason, retryable: false })
  })
)

it.scoped("a pause that Telegram asks for is obeyed", () =>
  Effect.gen(function* () {
    const made = yield* world
    yield* made.sim.fault({ _tag: "Flood", retryAfter: 30, path: "setWebhook", times: 1 })
    const { connected, of } = yield* listening(made)
    expect(of("Disconnected").map(({ cause }) => [cause.reason, cause.retryAfter])).toEqual([["RateLimited", 30_000]])
    yield* TestClock.adjust("20 seconds")
    expect(connected()).toBe(false)
    yield* TestClock.adjust("15 seconds")
    expect(connected()).toBe(true)
  })
)

it.scoped("Telegram may write the address in its own way", () =>
  Effect.gen(function* () {
    const made = yield* world
    const { connected, losses } = yield* listening(made, `https://Bot.Example:443${path}#here`)
    expect(losses()).toEqual([])
    expect(connected()).toBe(true)
  })
)

it.scoped("a pressed button is acknowledged when it comes, however late it is kept", () =>
  Effect.gen(function* () {
    const made = yield* world
    const { pull } = yield* opened(made)
    yield* pull
    yield* pull
    const update = { update_id: 3, callback_query: { id: "42", from: { id: 7001, first_name: "Ada" }, data: "yes" } }
    yield* Effect.fork(made.post(update))
    yield* TestClock.adjust("1 second")
    expect((yield* made.asked("answerCallbackQuery")).map((asked) => asked["callback_query_id"])).toEqual(["42"])
  })
)

it.scoped("neither token nor secret nor path is in anything that is said (F31)", () =>
  Effect.gen(function* () {
    const { fatal, post, signals, sim, say } = yield* started
    yield* sim.fault({ _tag: "FailDeliveries" })
    yield* say("one")
    yield* TestClock.adjust("5 minutes")
    yield* sim.fault({ _tag: "StealWebhook", url: `https://other.example/${secret}` })
    yield* TestClock.adjust("5 minutes")
    yield* sim.fault({ _tag: "Refuse", as: "refused" })
    yield* TestClock.adjust("1 hour")
    const all = JSON.stringify([signals, yield* fatal, yield* post("x", {}), yield* post("x")])
    for (const hidden of [secret, path, Redacted.value(Simulator.defaultBot.token)]) expect(all).not.toContain(hidden)
  })
)
