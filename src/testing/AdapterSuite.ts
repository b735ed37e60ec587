import { describe, expect, it } from "@effect/vitest"
import * as Arrays from "effect/Array"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { SendError } from "../adapter/AdapterError.ts"
import type { Signal } from "../adapter/Signal.ts"
import type { Fault, Simulator } from "../adapter/Simulator.ts"
import { closeWithin } from "../adapter/Teardown.ts"
import { replyMessage } from "../domain/Message.ts"
import { plain } from "../handler/Handler.ts"
import { listening, until, type Stage } from "./AdapterSuite/Listening.ts"
import { JumpingClock } from "./JumpingClock.ts"

export type { Stage } from "./AdapterSuite/Listening.ts"

const epoch = 1_767_225_600_000

/** What takes every line away, and keeps it away. */
const outages: ReadonlyArray<Fault> = [
  { _tag: "Refuse", as: "refused" },
  { _tag: "Refuse", as: "dns" },
  { _tag: "Refuse", as: "reset" },
  { _tag: "Stall", step: "http" },
  { _tag: "Answer", status: 500, body: "" },
  { _tag: "Answer", status: 502, body: "<html>Bad Gateway</html>", type: "text/html" }
]

const named = (fault: Fault): string => Object.values(fault).join(" ")

/**
 * The promises that every adapter keeps, as tests against its simulator on a clock that jumps. `make` gives a fresh platform
 * and one account on it, whose listen loop gives up after `attempts`.
 */
export const suite = (
  name: string,
  make: Effect.Effect<Stage, never, Scope.Scope>,
  { attempts }: { readonly attempts: number }
): void => {
  const promise = <E>(title: string, run: (stage: Stage) => Effect.Effect<void, E, Scope.Scope>) =>
    it.scoped(title, () =>
      Effect.gen(function* () {
        const clock = yield* JumpingClock.make(epoch)
        yield* Effect.withClock(Effect.flatMap(make, run), clock)
      })
    )

  const outage = (simulator: Simulator, fault: Fault) =>
    Effect.zipRight(simulator.fault(fault), simulator.fault({ _tag: "Cut" }))

  describe(`${name}, listening`, () => {
    promise("is connected on the platform's own word, and not before (F41)", (stage) =>
      Effect.gen(function* () {
        yield* stage.simulator.fault({ _tag: "Stall", step: "ready" })
        const heard = yield* listening(stage)
        yield* until(() => heard.of("Disconnected").length > 0)
        expect(heard.of("Connected")).toEqual([])
        yield* stage.simulator.heal
        yield* until(heard.connected)
      })
    )

    promise("hears what people say, once each and in order", (stage) =>
      Effect.gen(function* () {
        const heard = yield* listening(stage)
        yield* until(heard.connected)
        for (const text of ["one", "two", "three"]) yield* stage.simulator.hear({ ...stage.person, text })
        yield* until(() => heard.texts().length >= 3)
        expect(heard.texts()).toEqual(["one", "two", "three"])
        expect(new Set(heard.of("Received").map(({ event }) => event.id)).size).toBe(3)
      })
    )

    promise("says why a line is lost and when the next is tried, before it waits (F27)", (stage) =>
      Effect.gen(function* () {
        const heard = yield* listening(stage)
        yield* until(heard.connected)
        yield* outage(stage.simulator, { _tag: "Refuse", as: "refused" })
        yield* until(() => heard.of("Disconnected").length >= 3)
        const waits = heard.timed("Disconnected").map(({ at, signal }) => signal.until - at)
        expect(Math.min(...waits)).toBeGreaterThanOrEqual(0)
        expect(heard.of("Disconnected").map(({ attempt }) => attempt)).toEqual([1, 2, 3])
        expect(heard.of("Disconnected").every(({ cause }) => cause.message !== "")).toBe(true)
      })
    )

    for (const fault of outages)
      promise(`gives up with an AdapterFatal that may be retried after its attempts: ${named(fault)} (F01)`, (stage) =>
        Effect.gen(function* () {
          yield* outage(stage.simulator, fault)
          const heard = yield* listening(stage)
          const fatal = yield* heard.fatal
          expect(fatal).toMatchObject({ reason: "Exhausted", retryable: true, account: stage.account.id })
          expect(heard.of("Disconnected").length).toBe(attempts - 1)
          expect(yield* stage.simulator.connections).toEqual([])
        })
      )

    promise("finds out about a line that looks alive and is dead, within the bound that it gave (F08, F10)", (stage) =>
      Effect.gen(function* () {
        const heard = yield* listening(stage)
        yield* until(heard.connected)
        const [connected] = heard.of("Connected")
        const began = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
        yield* stage.simulator.fault({ _tag: "Silence" })
        yield* until(() => heard.of("Disconnected").length > 0)
        const found = (heard.timed("Disconnected")[0]?.at ?? Number.POSITIVE_INFINITY) - began
        expect(found).toBeLessThanOrEqual(Duration.toMillis(connected?.silence ?? Duration.zero))
        yield* until(() => heard.of("Connected").length > 1)
      })
    )

    promise("is not ended by what it cannot understand", (stage) =>
      Effect.gen(function* () {
        const heard = yield* listening(stage)
        yield* until(heard.connected)
        for (const text of ["", "null", "{", '{"op":"x"}', "[]", "\u0000"])
          yield* stage.simulator.fault({ _tag: "Malformed", text })
        yield* stage.simulator.hear({ ...stage.person, text: "still there?" })
        yield* until(() => heard.texts().includes("still there?"))
        expect(heard.over()).toBe(false)
      })
    )

    promise("hears after an outage what was said in it (F73)", (stage) =>
      Effect.gen(function* () {
        const heard = yield* listening(stage)
        yield* until(heard.connected)
        yield* outage(stage.simulator, { _tag: "Refuse", as: "dns", times: 2 })
        yield* stage.simulator.hear({ ...stage.person, text: "while you were away" })
        yield* until(() => heard.texts().includes("while you were away"))
      })
    )

    const has = (tag: Signal["_tag"]) => (signals: Chunk.Chunk<Signal>) =>
      Chunk.some(signals, (signal) => signal._tag === tag)

    promise("hears again, on a fresh adapter, what was not acknowledged by a pull (F78)", (stage) =>
      Effect.gen(function* () {
        const first = yield* Scope.make()
        const adapter = yield* Scope.extend(stage.account.open, first)
        const pull = yield* Scope.extend(Stream.toPull(adapter.listen), first)
        yield* Effect.repeat(pull, { until: has("Connected") })
        yield* stage.simulator.hear({ ...stage.person, text: "do not lose me" })
        yield* Effect.repeat(pull, { until: has("Received") })
        yield* Scope.close(first, Exit.interrupt(FiberId.none))
        const heard = yield* listening(stage)
        yield* until(() => heard.texts().includes("do not lose me"))
      })
    )

    promise("goes on, on a fresh adapter, behind what was kept before who listened put an end to it (F75)", (stage) =>
      Effect.gen(function* () {
        let connected = false
        const once = Stream.chunks(Stream.unwrapScoped(Effect.map(stage.account.open, ({ listen }) => listen)))
        const taken = yield* Stream.runForEachWhile(once, (signals) =>
          Effect.sync(() => {
            connected ||= has("Connected")(signals)
            return !has("Received")(signals)
          })
        ).pipe(Effect.fork)
        yield* until(() => connected)
        yield* stage.simulator.hear({ ...stage.person, text: "once is enough" })
        yield* Fiber.join(taken)
        yield* Effect.sleep(closeWithin)
        const heard = yield* listening(stage)
        yield* until(heard.connected)
        yield* stage.simulator.hear({ ...stage.person, text: "and now?" })
        yield* until(() => heard.texts().includes("and now?"))
        expect(heard.texts()).toEqual(["and now?"])
      })
    )

    promise("leaves no line behind (F47)", (stage) =>
      Effect.gen(function* () {
        const heard = yield* listening(stage)
        yield* until(heard.connected)
        expect(yield* stage.simulator.connections).toHaveLength(1)
        yield* heard.stop
        yield* Effect.sleep(closeWithin)
        expect(yield* stage.simulator.connections).toEqual([])
      })
    )
  })

  describe(`${name}, sending`, () => {
    /** An adapter that has just heard something to reply to. */
    const asked = (stage: Stage) =>
      Effect.gen(function* () {
        const heard = yield* listening(stage)
        yield* until(heard.connected)
        yield* stage.simulator.hear({ ...stage.person, text: "?" })
        yield* until(() => heard.of("Received").length > 0)
        const messages = heard.of("Received").map(({ event }) => replyMessage(event, 0, plain("!")))
        return { heard, message: yield* Effect.orDie(Arrays.head(messages)) }
      })

    const failure = (sending: Effect.Effect<unknown, SendError>) => Effect.flip(sending)

    promise("shows a message once, and proves it by a receipt (F82)", (stage) =>
      Effect.gen(function* () {
        const { heard, message } = yield* asked(stage)
        const receipt = yield* heard.adapter.send(message)
        expect(receipt.message).toBe(message.id)
        expect((yield* stage.simulator.said).map(({ text }) => text)).toEqual(["!"])
      })
    )

    promise(
      "says that a message whose answer was lost may have arrived, and shows it once where it promises to (F81)",
      (stage) =>
        Effect.gen(function* () {
          const { heard, message } = yield* asked(stage)
          yield* stage.simulator.fault({ _tag: "LoseAnswer", path: stage.sendPath, times: 1 })
          expect((yield* failure(heard.adapter.send(message))).reason).toBe("Uncertain")
          if (heard.adapter.capabilities.deduplicates(message)) yield* heard.adapter.send(message)
          expect(yield* stage.simulator.said).toHaveLength(1)
        })
    )

    promise("says that nothing left when the platform cannot be reached (F95)", (stage) =>
      Effect.gen(function* () {
        const { heard, message } = yield* asked(stage)
        yield* outage(stage.simulator, { _tag: "Refuse", as: "refused" })
        expect((yield* failure(heard.adapter.send(message))).reason).toBe("Unreachable")
        expect(yield* stage.simulator.said).toEqual([])
      })
    )
  })

  describe(`${name}, whatever happens`, () => {
    promise("keeps its secret out of every signal and every error (F31)", (stage) =>
      Effect.gen(function* () {
        const secret = Redacted.value(stage.account.credential.secret)
        yield* stage.simulator.fault({ _tag: "Answer", status: 401, body: `no: ${secret}`, times: 2 })
        const heard = yield* listening(stage)
        yield* until(() => heard.connected() || heard.over())
        yield* outage(stage.simulator, { _tag: "Refuse", as: "reset" })
        const fatal = yield* heard.fatal
        expect(JSON.stringify([heard.signals, fatal])).not.toContain(secret)
      })
    )
  })
}
