import { expect } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { httpRequest } from "../../../src/adapter/Simulator.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { defaultBot, type TelegramSimulator } from "../../../src/platforms/telegram/Simulator.ts"
import { telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const { conversation } = telegram
const [sound, troubled] = [accountId("telegram", "good"), accountId("telegram", "bad")]
const bad = telegram.id("bad")

for (const [span, found] of [
  ["1 minute", "1 minute"],
  ["1 hour", "20 minutes"]
] as const) {
  story(
    telegram,
    `a second poller for ${span} is borne for half a minute, then named, then asked about rarely, and nobody else notices (F26, F31, F54, F105)`,
    { bots: ["good", "bad"] },
    ({ connected, converses, fatals, simulator, status, until }) =>
      Effect.gen(function* () {
        const up = yield* connected("1 minute", sound)
        yield* connected("1 minute", troubled)
        yield* Effect.sleep("2 minutes")
        const before = yield* simulator.counts(bad)
        yield* simulator.fault({ _tag: "SecondPoller", account: bad })
        const from = (yield* simulator.record).at(-1)?.at ?? 0
        yield* Effect.sleep(span)
        const { polls } = yield* simulator.counts(bad)
        expect(polls - before.polls).toBeLessThan(span === "1 minute" ? 20 : 150)
        if (span === "1 hour") yield* until(({ state }) => state._tag === "Rescheduled", "3 minutes", troubled)
        for (const { account, at, fatal } of fatals) {
          expect(account).toBe(troubled)
          expect(fatal).toMatchObject({ reason: "Conflict", retryable: true })
          expect(fatal.remedy).toContain("Another process polls with this token")
          expect(at - from).toBeGreaterThanOrEqual(30_000)
        }
        expect(fatals.length > 1).toBe(span === "1 hour")
        expect((yield* status(troubled)).cause).toContain("another process polls with this token")
        yield* simulator.heal
        yield* connected(found, troubled)
        yield* Effect.sleep("1 minute")
        yield* converses("is it you?", "bad")
        expect(yield* status(sound)).toMatchObject({ since: up.since, generation: 1, attempts: 0 })
        yield* converses("and you?", "good")
      })
  )
}

/** The person who set the webhook takes it away. */
const removed = (simulator: TelegramSimulator) =>
  simulator.http(
    httpRequest({
      method: "POST",
      url: new URL(`https://api.telegram.org/bot${Redacted.value(defaultBot.token)}/deleteWebhook`),
      headers: {},
      bytes: new Uint8Array()
    })
  )

const hookIsSet = { _tag: "StealWebhook", url: "https://old.example/hook/s3cret" } as const

for (const [when, already] of [
  ["when the process starts", true],
  ["while it is polled", false]
] as const) {
  story(
    telegram,
    `a webhook that is set ${when} parks the account with what to do, and is not touched (F31, F36, F54)`,
    already ? { already: ({ simulator }) => simulator.fault(hookIsSet) } : {},
    ({ connected, converses, fatals, gateway, main, simulator, texts, until }) =>
      Effect.gen(function* () {
        if (!already) {
          yield* connected()
          yield* Effect.sleep("2 minutes")
          yield* simulator.fault(hookIsSet)
        }
        const parked = yield* until(({ state }) => state._tag === "Parked", "30 seconds")
        expect(parked.state).toMatchObject({ remedy: expect.stringContaining("TELEGRAM_REMOVE_WEBHOOK") })
        expect(JSON.stringify(parked)).toContain("old.example")
        expect(JSON.stringify(parked)).not.toContain("s3cret")
        yield* Effect.sleep("1 hour")
        yield* simulator.hear({ conversation, text: "who hears me?" })
        expect(new Set(fatals.map(({ fatal }) => fatal.reason))).toEqual(new Set(["Misconfigured"]))
        expect(yield* simulator.connections).toMatchObject([{ state: "webhook" }])
        yield* removed(simulator)
        yield* gateway.restart(main)
        yield* connected("6 seconds")
        yield* Effect.sleep("10 seconds")
        expect(yield* texts).toEqual(["who hears me?"])
        yield* converses("are you there?")
      })
  )

  story(
    telegram,
    `a webhook that is set ${when}, and may be removed, is removed once; set again, it needs a person (F31, F54)`,
    {
      account: { removeWebhook: true },
      ...(already ? { already: ({ simulator }) => simulator.fault(hookIsSet) } : undefined)
    },
    ({ connected, converses, simulator, texts, until }) =>
      Effect.gen(function* () {
        if (!already) {
          yield* connected()
          yield* Effect.sleep("2 minutes")
          yield* simulator.fault(hookIsSet)
          yield* simulator.hear({ conversation, text: "who hears me?" })
        }
        yield* connected("10 seconds")
        yield* converses("are you there?")
        expect(yield* texts).toEqual([...(already ? [] : ["who hears me?"]), "are you there?"])
        yield* Effect.sleep("2 minutes")
        yield* simulator.fault(hookIsSet)
        const parked = yield* until(({ state }) => state._tag === "Parked", "30 seconds")
        expect(parked.state).toMatchObject({ remedy: expect.stringContaining("something set it again") })
      })
  )
}
