import { expect } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import { qq } from "../rows/qq.ts"
import { story } from "../Story.ts"

const shortLived = { tokenLife: Duration.minutes(10), tokenOverlap: Duration.minutes(3) }
const path = "/app/getAppAccessToken"

const refusals: ReadonlyArray<readonly [what: string, fault: Fault]> = [
  ["a 500", { _tag: "Answer", path, status: 500, body: "", times: 1 }],
  ["a page of HTML", { _tag: "Answer", path, status: 200, body: "<html>", times: 1 }],
  ["no answer", { _tag: "LoseAnswer", path, times: 1 }],
  ["a wish to be asked later", { _tag: "Answer", path, status: 200, body: `{"code":100001}`, times: 1 }]
]

for (const [what, fault] of refusals) {
  story(
    qq,
    `a token refresh that is met with ${what} once, before the token expires, is not noticed by anybody (F37)`,
    { simulator: shortLived },
    ({ connected, converses, simulator, status }) =>
      Effect.gen(function* () {
        const up = yield* connected()
        yield* Effect.sleep("8 minutes")
        yield* simulator.fault(fault)
        yield* Effect.sleep("4 minutes")
        expect((yield* simulator.counts()).tokens).toBeGreaterThan(1)
        expect(yield* status()).toMatchObject({ since: up.since, generation: 1 })
        yield* converses("with which token?")
      })
  )
}

story(qq, "a dozen tokens are renewed ahead of time, on one line (F37, F47)", { simulator: shortLived }, (scene) =>
  Effect.gen(function* () {
    const { connected, converses, simulator, status } = scene
    const up = yield* connected()
    yield* Effect.sleep("2 hours")
    expect((yield* simulator.counts()).tokens).toBeGreaterThanOrEqual(12)
    expect(yield* status()).toMatchObject({ since: up.since, generation: 1 })
    yield* converses("still there?")
  })
)

story(
  qq,
  "a token that is void before its time is replaced at the first refusal (F37)",
  {},
  ({ connected, converses, simulator, status }) =>
    Effect.gen(function* () {
      const up = yield* connected()
      yield* simulator.fault({ _tag: "ExpireToken" })
      yield* converses("with which token?")
      expect(yield* status()).toMatchObject({ since: up.since, generation: 1 })
      expect(yield* simulator.counts()).toMatchObject({ tokens: 2 })
    })
)

story(
  qq,
  "a token that expires during an outage is replaced after it, and the session goes on (F37)",
  {},
  ({ connected, outage, recovers, simulator }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "ExpireToken" })
      yield* outage({ _tag: "Refuse", as: "dns" })
      yield* Effect.sleep("2 minutes")
      yield* recovers()
      expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
    })
)
