import { describe, expect, it } from "@effect/vitest"
import { Config, ConfigProvider, Duration, Effect, Schema } from "effect"
import * as AccountSettings from "../../src/adapter/AccountSettings.ts"
import * as Setting from "../../src/adapter/Setting.ts"

interface PigeonConfig {
  readonly name: string
  readonly ring: string
  readonly loft: string | undefined
  /** seconds for a mile */
  readonly speed: number
}

const prefix = "PIGEON"
const settingsOf = (own: AccountSettings.Own): Config.Config<PigeonConfig> =>
  Config.all({
    name: Config.succeed(own.name),
    ring: own.required("RING", Setting.decoded(Schema.Trim)),
    loft: own.setting("LOFT", Setting.decoded(Setting.Url("https:"))),
    speed: own
      .setting("TOP_SPEED", Setting.seconds(2, 8))
      .pipe(Config.map((speed) => (speed === undefined ? 0 : Duration.toSeconds(speed))))
  })

const given = (environment: Record<string, string>) =>
  AccountSettings.accounts({
    prefix,
    variables: [
      AccountSettings.perAccount(prefix, "RING", "the number on its leg"),
      AccountSettings.several(prefix, "RING"),
      AccountSettings.perAccount(prefix, "LOFT", "where it lives"),
      AccountSettings.perAccount(prefix, "TOP_SPEED", "how fast it is")
    ],
    identity: ["RING", "LOFT"],
    account: settingsOf,
    distinct: [
      AccountSettings.oneBot<PigeonConfig>("RING", ({ ring }) => ring),
      AccountSettings.onePath<PigeonConfig>("LOFT", ({ loft }) => loft)
    ]
  }).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)), { pathDelim: "_" })))

const refused = (environment: Record<string, string>) => Effect.map(Effect.flip(given(environment)), String)
const two = { PIGEON_ACCOUNTS: "a,b", PIGEON_A_RING: "1", PIGEON_B_RING: "2" }

describe("AccountSettings", () => {
  it.effect("a platform of which nothing identifying is set has no accounts", () =>
    Effect.gen(function* () {
      expect(yield* given({})).toEqual([])
      expect(yield* given({ PIGEON_TOP_SPEED: "4 seconds" })).toEqual([])
    })
  )

  it.effect("an account without a name is main, and one of several is what it is called", () =>
    Effect.gen(function* () {
      expect((yield* given({ PIGEON_RING: " 7 " })).map(({ name, ring }) => [name, ring])).toEqual([["main", "7"]])
      expect((yield* given(two)).map(({ name, ring }) => [name, ring])).toEqual([
        ["a", "1"],
        ["b", "2"]
      ])
    })
  )

  it.effect("what identifies an account is its own; everything else falls back on what is said for all", () =>
    Effect.gen(function* () {
      const shared = { PIGEON_TOP_SPEED: "8 seconds", PIGEON_B_TOP_SPEED: "2 seconds" }
      const speeds = (yield* given({ ...two, ...shared })).map(({ speed }) => speed)
      expect(speeds).toEqual([8, 2])
      const { PIGEON_B_RING: _, ...half } = two
      expect(yield* refused(half)).toContain("PIGEON_B_RING")
      expect(yield* refused({ ...two, PIGEON_RING: "3" })).toMatch(/PIGEON_ACCOUNTS.*PIGEON_RING or PIGEON_LOFT is set/)
    })
  )

  it.effect("a bad value of one account does not fall back on a good one for all", () =>
    Effect.gen(function* () {
      for (const wrong of ["9 seconds", "1 second", "2500 millis", "fast"]) {
        const error = yield* refused({ ...two, PIGEON_TOP_SPEED: "4 seconds", PIGEON_A_TOP_SPEED: wrong })
        expect(error).toContain("PIGEON_A_TOP_SPEED")
        expect(error).toContain("from 2 to 8")
      }
    })
  )

  it.effect("everything that accounts may not share is said of each that shares it, by both variables (F92)", () =>
    Effect.gen(function* () {
      const error = yield* refused({
        PIGEON_ACCOUNTS: "a,b,c",
        PIGEON_A_RING: "1",
        PIGEON_B_RING: "1",
        PIGEON_C_RING: "1",
        PIGEON_B_LOFT: "https://x.example/1",
        PIGEON_C_LOFT: "https://x.example/1"
      })
      expect(error).toMatch(/PIGEON_B_RING.*same bot as PIGEON_A_RING/)
      expect(error).toMatch(/PIGEON_C_RING.*same bot as PIGEON_A_RING/)
      expect(error).toMatch(/PIGEON_C_LOFT.*same path as PIGEON_B_LOFT/)
    })
  )

  it.effect("the word that a variable begins with is no name; any other is", () =>
    Effect.gen(function* () {
      for (const name of ["ring", "accounts", "loft", "top"])
        expect(yield* refused({ ...two, PIGEON_ACCOUNTS: name }), name).toContain("cannot be called")
      const speed = { PIGEON_ACCOUNTS: "speed", PIGEON_SPEED_RING: "1" }
      expect((yield* given(speed)).map(({ name }) => name)).toEqual(["speed"])
    })
  )
})
