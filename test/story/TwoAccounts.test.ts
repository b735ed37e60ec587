import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { accountId } from "../../src/domain/Address.ts"
import { type AnyRow, everywhere, type Scene } from "./Story.ts"

const two = { bots: ["good", "bad"] } as const

const named = ({ platform }: AnyRow) => ({ sound: accountId(platform, "good"), troubled: accountId(platform, "bad") })

/** The other account is as it was from the beginning. */
const unmoved = ({ connected, converses, status }: Scene, row: AnyRow) =>
  Effect.gen(function* () {
    const { sound } = named(row)
    const up = yield* connected("1 minute", sound)
    return Effect.gen(function* () {
      expect(yield* status(sound)).toMatchObject({
        state: { _tag: "Connected" },
        since: up.since,
        generation: 1,
        attempts: 0,
        gaps: []
      })
      yield* converses("and you?", "good")
    })
  })

everywhere(
  ({ verdicts: [{ what }] }) =>
    `an account whose bot is turned away with ${what} never troubles another, and comes back by a probe (F22, F29, F36, F46, F92, F105)`,
  two,
  (scene, row) =>
    Effect.gen(function* () {
      const { connected, converses, fatals, simulator, status, troubles } = scene
      const { troubled } = named(row)
      const [verdict] = row.verdicts
      const same = yield* unmoved(scene, row)
      yield* connected("1 minute", troubled)
      yield* troubles.condemns(verdict, "bad")
      yield* Effect.sleep("20 minutes")
      const parked = yield* status(troubled)
      expect(parked.state).toMatchObject({ _tag: "Parked", remedy: expect.stringContaining(verdict.remedy) })
      expect(new Set(fatals.map(({ account }) => account))).toEqual(new Set([troubled]))
      yield* same
      yield* simulator.heal
      yield* connected("16 minutes", troubled)
      yield* converses("welcome back", "bad")
      yield* same
    })
)

everywhere(
  "an account whose bot is turned away comes back by command, and no other notices (F29, F36, F105)",
  two,
  (scene, row) =>
    Effect.gen(function* () {
      const { connected, converses, gateway, simulator, troubles } = scene
      const { troubled } = named(row)
      const same = yield* unmoved(scene, row)
      yield* connected("1 minute", troubled)
      yield* troubles.condemns(row.verdicts[1] ?? row.verdicts[0], "bad")
      yield* Effect.sleep("5 minutes")
      yield* simulator.heal
      yield* gateway.restart(troubled)
      yield* connected("6 seconds", troubled)
      yield* converses("welcome back", "bad")
      yield* same
    })
)

everywhere(
  "an account with a wrong secret says what to compare, never troubles another, and is tried at once when it is given the right one (F31, F36, F93)",
  { ...two, accounts: ["good"] },
  (scene, row) =>
    Effect.gen(function* () {
      const { account, add, connected, converses, mistaken, status, until } = scene
      const { troubled } = named(row)
      const wrong = mistaken("bad")
      yield* add(wrong)
      const same = yield* unmoved(scene, row)
      const parked = yield* until(({ state }) => state._tag === "Parked", "1 minute", troubled)
      expect(parked.state).toMatchObject({ remedy: expect.stringContaining(row.words.secret) })
      expect(JSON.stringify(parked)).not.toContain("not the secret")
      yield* Effect.sleep("200 minutes")
      yield* until(({ state }) => state._tag === "Parked", "1 minute", troubled)
      // the same again changes nothing
      yield* add(mistaken("bad"))
      expect((yield* status(troubled)).state._tag).toBe("Parked")
      yield* add(account("bad"))
      yield* connected("1 second", troubled)
      yield* converses("welcome", "bad")
      yield* same
    })
)

everywhere(
  "an account that never opens holds nobody up (F18, F62)",
  (row) => ({
    ...two,
    adapter: (account) =>
      account.id === named(row).troubled ? { ...account, open: Effect.uninterruptible(Effect.never) } : account
  }),
  (scene, row) =>
    Effect.gen(function* () {
      const same = yield* unmoved(scene, row)
      yield* Effect.sleep("10 minutes")
      expect((yield* scene.status(named(row).troubled)).generation).toBeGreaterThan(10)
      yield* same
    })
)
