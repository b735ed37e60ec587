import { expect } from "@effect/vitest"
import { Clock, Duration, Effect } from "effect"
import { listening } from "../../../src/adapter/RetryPolicy.ts"
import { closeCodes } from "../../../src/platforms/qq/Protocol/CloseCodes.ts"
import { qq } from "../rows/qq.ts"
import { story } from "../Story.ts"

const own = closeCodes.filter(({ code }) => code >= 4000)

for (const resumable of [true, false]) {
  story(
    qq,
    `a platform that answers every RESUME with op 9, d ${resumable}, is identified to afresh, and the gap is told (F33)`,
    {},
    ({ connected, converses, simulator, until }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* Effect.sleep("5 minutes")
        yield* simulator.fault({ _tag: "InvalidSession", resumable, on: "resume" })
        yield* simulator.fault({ _tag: "Cut" })
        const up = yield* until(({ gaps, state }) => state._tag === "Connected" && gaps.length > 0, "1 minute")
        expect(up).toMatchObject({ generation: 1, reschedules: 0 })
        expect(yield* simulator.counts()).toMatchObject({ identifies: 2 })
        yield* converses("are you there?")
      })
  )
}

for (const { action, code, meaning } of own) {
  story(
    qq,
    `a platform that closes every RESUME with ${code} (${meaning}) is identified to afresh (F33, F34)`,
    { audit: "10 seconds" },
    ({ connected, converses, simulator, until }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* Effect.sleep("5 minutes")
        yield* simulator.fault({ _tag: "CloseOn", step: "resume", code })
        yield* simulator.fault({ _tag: "Cut" })
        // what a person must see to is probed after a minute, and 4008 asks for a minute each time
        const within = ["fatal", "token", "wait"].includes(action) ? "5 minutes" : "1 minute"
        yield* until(({ gaps, state }) => state._tag === "Connected" && gaps.length > 0, within)
        expect(yield* simulator.counts()).toMatchObject({ identifies: 2 })
        yield* converses("are you there?")
      })
  )
}

for (const { action, code, meaning } of own) {
  if (action === "fatal") continue
  story(
    qq,
    `a line that is closed with ${code} (${meaning}) is followed by another, which its session may outlive (F34)`,
    { audit: "10 seconds" },
    ({ connected, converses, down, simulator }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* Effect.sleep("5 minutes")
        yield* simulator.fault({ _tag: "Close", code })
        yield* down("1 second")
        yield* connected(action === "wait" ? "70 seconds" : "30 seconds")
        const fresh = action === "identify"
        expect(yield* simulator.counts()).toMatchObject({ identifies: fresh ? 2 : 1, resumes: fresh ? 0 : 1 })
        yield* converses("are you there?")
      })
  )
}

story(
  qq,
  "a platform that refuses every new session is left alone more and more (F35)",
  {},
  ({ connected, recovers, simulator }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "InvalidSession", resumable: false, on: "identify" })
      yield* simulator.fault({ _tag: "InvalidSession", resumable: false, on: "now" })
      yield* Effect.sleep("20 minutes")
      const upgrades = (yield* simulator.record).filter(({ what }) => what === "upgrade").length
      expect(upgrades).toBeLessThan(200)
      yield* recovers()
    })
)

story(
  qq,
  "a platform that asks for another line each half hour gets it, and the session goes on (F34, F47)",
  { simulator: { reconnectEvery: Duration.minutes(30) }, audit: "10 seconds" },
  ({ connected, converses, simulator }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("6 hours")
      const { identifies, resumes } = yield* simulator.counts()
      expect(identifies).toBe(1)
      expect(resumes).toBeGreaterThanOrEqual(11)
      expect(yield* simulator.connections).toHaveLength(1)
      yield* converses("are you there?")
    })
)

story(
  qq,
  "a session that expired while the bot was away costs no attempt, not even where there is only one (F33)",
  { account: { listen: { retry: { ...listening, attempts: 1 } } } },
  ({ connected, converses, simulator, until }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("5 minutes")
      yield* simulator.fault({ _tag: "InvalidSession", resumable: false, on: "resume" })
      yield* simulator.fault({ _tag: "Cut" })
      const up = yield* until(({ gaps, state }) => state._tag === "Connected" && gaps.length > 0, "1 minute")
      // the cut spends the one attempt of the first adapter; what follows is one line after the other of the second
      expect(up.generation).toBe(2)
      yield* converses("are you there?")
    })
)

for (const as of ["refused", "reset", "dns"] as const) {
  story(
    qq,
    `a line that is cut while the network is ${as} costs no session (F27)`,
    {},
    ({ connected, outage, recovers, simulator }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* outage({ _tag: "Refuse", as })
        yield* Effect.sleep("1 minute")
        yield* recovers()
        expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
      })
  )
}

story(
  qq,
  "a gap that nobody can fill stands in the status, from the last sign of life to the new session (F73)",
  {},
  ({ connected, converses, outage, recovers, simulator, status, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      const { lastLife } = yield* status()
      const from = yield* Clock.currentTimeMillis
      yield* outage({ _tag: "Refuse", as: "refused" })
      yield* Effect.sleep("20 minutes")
      yield* simulator.hear({ conversation: qq.conversation, text: "lost" })
      const up = yield* recovers()
      expect(up.gaps).toEqual([{ from: lastLife, to: yield* Clock.currentTimeMillis }])
      expect(from - (lastLife ?? 0)).toBeLessThanOrEqual(10_000)
      yield* converses("found")
      expect(yield* texts).toEqual(["found"])
    })
)
