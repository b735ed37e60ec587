import { expect } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { accountId } from "../../src/domain/Address.ts"
import { bot, type Scene, type SceneOptions, story } from "./Story.ts"

const [good, bad] = [bot("good", "102000001"), bot("bad", "102000002")]
const [sound, troubled] = [accountId("qq", "good"), accountId("qq", "bad")]
const accounts = [good, bad].map(({ appId, name, secret }) => ({ name, appId, clientSecret: secret }))
const two: SceneOptions = { simulator: { bots: [good, bad] }, accounts }
const wrong = { ...accounts[1], clientSecret: Redacted.make("not the secret") }

/** The other account is as it was from the beginning. */
const unmoved = ({ connected, converses, simulator, status }: Scene) =>
  Effect.gen(function* () {
    const up = yield* connected("1 minute", sound)
    return Effect.gen(function* () {
      expect(yield* status(sound)).toMatchObject({ state: { _tag: "Connected" }, since: up.since, generation: 1 })
      expect(yield* simulator.counts(good.appId)).toMatchObject({ identifies: 1, resumes: 0 })
      yield* converses("and you?", good.appId)
    })
  })

story(
  "an account whose bot is banned never troubles another, and comes back by a probe (F22, F29, F36, F46, F92, F105)",
  two,
  (scene) =>
    Effect.gen(function* () {
      const { connected, converses, fatals, simulator, status } = scene
      const same = yield* unmoved(scene)
      yield* connected("1 minute", troubled)
      yield* simulator.fault({ _tag: "Ban", code: 4915, account: bad.appId })
      yield* Effect.sleep("20 minutes")
      const parked = yield* status(troubled)
      expect(parked.state).toMatchObject({ _tag: "Parked", remedy: expect.stringContaining("lift the ban") })
      expect(new Set(fatals.map(({ account }) => account))).toEqual(new Set([troubled]))
      yield* same
      yield* simulator.heal
      yield* connected("16 minutes", troubled)
      yield* converses("welcome back", bad.appId)
      yield* same
    })
)

story("an account whose bot is banned comes back by command, and no other notices (F29, F36, F105)", two, (scene) =>
  Effect.gen(function* () {
    const { connected, converses, gateway, simulator } = scene
    const same = yield* unmoved(scene)
    yield* connected("1 minute", troubled)
    yield* simulator.fault({ _tag: "Ban", code: 4914, account: bad.appId })
    yield* Effect.sleep("5 minutes")
    yield* simulator.heal
    yield* gateway.restart(troubled)
    yield* connected("6 seconds", troubled)
    yield* converses("welcome back", bad.appId)
    yield* same
  })
)

story(
  "an account with a wrong secret says what to compare, never troubles another, and is tried at once when it is given the right one (F31, F36, F93)",
  { ...two, accounts: [accounts[0] ?? {}, wrong] },
  (scene) =>
    Effect.gen(function* () {
      const { account, add, connected, converses, status, until } = scene
      const same = yield* unmoved(scene)
      const parked = yield* until(({ state }) => state._tag === "Parked", "1 minute", troubled)
      expect(parked.state).toMatchObject({ remedy: expect.stringContaining("QQ_CLIENT_SECRET") })
      expect(JSON.stringify(parked)).not.toContain("not the secret")
      yield* Effect.sleep("200 minutes")
      yield* until(({ state }) => state._tag === "Parked", "1 minute", troubled)
      // the same again changes nothing
      yield* add(account(wrong))
      expect((yield* status(troubled)).state._tag).toBe("Parked")
      yield* add(account(accounts[1]))
      yield* connected("1 second", troubled)
      yield* converses("welcome", bad.appId)
      yield* same
    })
)

story(
  "an account that never opens holds nobody up (F18, F62)",
  {
    ...two,
    adapter: (account) =>
      account.id === troubled ? { ...account, open: Effect.uninterruptible(Effect.never) } : account
  },
  (scene) =>
    Effect.gen(function* () {
      const same = yield* unmoved(scene)
      yield* Effect.sleep("10 minutes")
      expect((yield* scene.status(troubled)).generation).toBeGreaterThan(10)
      yield* same
    })
)
