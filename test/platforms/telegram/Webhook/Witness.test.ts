import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Redacted, TestClock } from "effect"
import { accountId } from "../../../../src/domain/Address.ts"
import type { Rest } from "../../../../src/platforms/telegram/Rest.ts"
import * as Witness from "../../../../src/platforms/telegram/Webhook/Witness.ts"

const account = accountId("telegram", "main")
const ours = "https://bot.example/telegram/5f0c?a=b"

interface Info {
  readonly url?: string
  readonly pending_update_count?: number
  readonly last_error_date?: number
  readonly last_error_message?: string
}

/** What Telegram says of the webhook, one answer after the other; the last for ever. */
const telegram = (...infos: ReadonlyArray<Info>) => {
  let asked = 0
  let stolen = 0
  const rest: Rest = {
    call: () =>
      Effect.sync(() => ({ url: ours, pending_update_count: 0, ...infos[Math.min(asked++, infos.length - 1)] })),
    fileUrl: Redacted.make
  }
  const thief = Effect.sync(() => void (stolen += 1))
  return { ...Witness.make(rest, account, ours, thief), stolen: () => stolen }
}

it.effect.each([
  [ours],
  ["https://BOT.example/telegram/5f0c?a=b"],
  ["https://bot.example:443/telegram/5f0c?a=b"],
  ["https://bot.example/telegram/5f0c?a=b#c"]
])("%s is the address that we set", ([url = ""]) =>
  Effect.gen(function* () {
    const { begin, stolen } = telegram({ url })
    yield* Effect.flatMap(begin(false), ({ check }) => check)
    expect(stolen()).toBe(0)
  })
)

it.effect.each([
  ["https://bot.example/telegram/5f0d?a=b", "somebody else set the webhook: it points to bot.example"],
  ["https://bot.example/telegram/5f0c", "somebody else set the webhook: it points to bot.example"],
  ["https://other.example/telegram/5f0c?a=b", "somebody else set the webhook: it points to other.example"],
  ["http://bot.example/telegram/5f0c?a=b", "somebody else set the webhook: it points to bot.example"],
  ["telegram/5f0c", "somebody else set the webhook: it points to an address that is no URL"],
  ["", "somebody removed the webhook"]
])("%s is not: %s", ([url = "", cause = ""]) =>
  Effect.gen(function* () {
    const { begin, stolen } = telegram({ url })
    expect(yield* Effect.flip(begin(false))).toMatchObject({ _tag: "ConnectionLost", cause })
    expect(stolen()).toBe(1)
  })
)

const failing = { pending_update_count: 3, last_error_date: 1001, last_error_message: "Connection refused" }

it.effect("a failure that is older than the line is none of it", () =>
  Effect.gen(function* () {
    const { check } = yield* telegram({ ...failing, pending_update_count: 0 }).begin(false)
    for (let minute = 0; minute < 9; minute += 1) yield* check
  })
)

it.effect("what waits and is not posted, although nothing fails, is a deaf line after four looks (F06, F41)", () =>
  Effect.gen(function* () {
    const { check, hears } = yield* telegram({ pending_update_count: 2 }).begin(false)
    for (let minute = 0; minute < 3; minute += 1) yield* check
    hears()
    for (let minute = 0; minute < 4; minute += 1) yield* check
    expect(yield* Effect.flip(check)).toMatchObject({
      reason: "Silent",
      cause: "Telegram cannot post to us what waits (2)"
    })
  })
)

it.effect("a failure is borne once, unless it goes on", () =>
  Effect.gen(function* () {
    const { check } = yield* telegram({}, failing, {}, failing, failing).begin(false)
    for (let minute = 0; minute < 3; minute += 1) yield* check
    expect(yield* Effect.flip(check)).toMatchObject({
      reason: "Silent",
      cause: "Telegram cannot post to us what waits (3): Connection refused"
    })
  })
)

it.effect("while something arrives, deliveries that fail are no failure of the line", () =>
  Effect.gen(function* () {
    const { check, hears } = yield* telegram({}, failing).begin(false)
    for (let minute = 0; minute < 5; minute += 1) {
      hears()
      yield* check
    }
    yield* check
    expect(Exit.isFailure(yield* Effect.exit(check))).toBe(true)
  })
)

it.effect("where something waits, nothing is proven before something comes", () =>
  Effect.gen(function* () {
    const { hears, proven } = yield* telegram({ pending_update_count: 2 }).begin(true)
    const proving = yield* Effect.fork(proven)
    yield* TestClock.adjust("19 seconds")
    expect(proving.unsafePoll()).toBeNull()
    hears()
    yield* Fiber.join(proving)
  })
)

it.effect("what waits and does not come is told, with Telegram's words where it has any", () =>
  Effect.gen(function* () {
    for (const [seen, cause] of [
      [failing, "Telegram cannot post to us what waits (3): Connection refused"],
      [{ pending_update_count: 2 }, "Telegram cannot post to us what waits (2)"]
    ] as const) {
      const { proven } = yield* telegram(seen).begin(true)
      const proving = yield* Effect.fork(Effect.flip(proven))
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.join(proving)).toMatchObject({ reason: "Silent", cause })
    }
  })
)

it.effect("what waited and waits no more proves nothing, and is no failure", () =>
  Effect.gen(function* () {
    const { proven } = yield* telegram({ pending_update_count: 2 }, {}).begin(true)
    const proving = yield* Effect.fork(proven)
    yield* TestClock.adjust("20 seconds")
    yield* Fiber.join(proving)
  })
)
