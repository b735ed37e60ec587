import { describe, it } from "@effect/vitest"
import * as ConfigError from "effect/ConfigError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as PathPatch from "effect/ConfigProviderPathPatch"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HashSet from "effect/HashSet"
import { expect } from "vitest"
import * as GatewayConfig from "../../src/gateway/GatewayConfig.ts"
import { words } from "../../src/gateway/Notices.ts"

const read = (variables: Record<string, string>) =>
  Effect.withConfigProvider(
    GatewayConfig.config,
    ConfigProvider.fromMap(new Map(Object.entries(variables)), { pathDelim: "_", seqDelim: "," })
  )

describe("GatewayConfig", () => {
  it.effect("an empty environment means the defaults", () =>
    Effect.gen(function* () {
      expect(yield* read({})).toEqual(GatewayConfig.defaults)
    })
  )

  it.effect("the defaults that are told are the defaults that are read", () =>
    Effect.gen(function* () {
      const told = GatewayConfig.variables.flatMap(({ default: fallback, name }) =>
        fallback === undefined ? [] : [[name, fallback] as const]
      )
      const config = yield* read(Object.fromEntries(told))
      expect(JSON.stringify(config)).toBe(JSON.stringify(GatewayConfig.defaults))
    })
  )

  it.effect("every variable that is told is read, and no other", () =>
    Effect.gen(function* () {
      const asked = new Set<string>()
      const recording = ConfigProvider.makeFlat({
        load: (path) => {
          asked.add(path.join("_"))
          return Effect.fail(ConfigError.MissingData([...path], "not set"))
        },
        enumerateChildren: () => Effect.succeed(HashSet.empty()),
        patch: PathPatch.empty
      })
      yield* Effect.withConfigProvider(GatewayConfig.config, ConfigProvider.fromFlat(recording))
      expect([...asked].sort()).toEqual(GatewayConfig.variables.map(({ name }) => name).sort())
    })
  )

  it.effect("what is set counts", () =>
    Effect.gen(function* () {
      const config = yield* read({ HOLDFAST_RESCHEDULE_CAP: "10 seconds", HOLDFAST_CONCURRENCY: "2" })
      expect(config.reschedule.cap).toEqual(Duration.seconds(10))
      expect(config.concurrency).toBe(2)
    })
  )

  it.effect.each([
    ["en", words.en],
    ["zh", words.zh],
    ["off", undefined]
  ] as const)("notices are said in %s", ([language, notices]) =>
    Effect.gen(function* () {
      expect((yield* read({ HOLDFAST_NOTICES: language })).notices).toEqual(notices)
    })
  )

  it.effect("a floor that nobody set gives way to a cap that somebody did", () =>
    Effect.gen(function* () {
      const { probe } = yield* read({ HOLDFAST_PROBE_CAP: "2 minutes" })
      expect(probe.floor).toEqual(Duration.minutes(2))
    })
  )

  it.effect.each([
    ["HOLDFAST_RESCHEDULE_BASE", "soon"],
    ["HOLDFAST_RESCHEDULE_BASE", "0 seconds"],
    ["HOLDFAST_RESCHEDULE_BASE", "-1 seconds"],
    ["HOLDFAST_RESCHEDULE_BASE", "Infinity"],
    ["HOLDFAST_RESCHEDULE_FACTOR", "0.5"],
    ["HOLDFAST_RESCHEDULE_FACTOR", ""],
    ["HOLDFAST_RESCHEDULE_CAP", "1 second"],
    ["HOLDFAST_RESCHEDULE_FLOOR", "1 hour"],
    ["HOLDFAST_PROBE_CAP", "1 second"],
    ["HOLDFAST_STABLE_AFTER", "60"],
    ["HOLDFAST_CONCURRENCY", "0"],
    ["HOLDFAST_CONCURRENCY", "1.5"],
    ["HOLDFAST_HANDLER_ATTEMPTS", "many"],
    ["HOLDFAST_DRAIN_WITHIN", ""],
    ["HOLDFAST_MAX_AGE", "old"],
    ["HOLDFAST_NOTICES", "fr"]
  ] as const)("%s=%s is refused by that name, on one line", ([name, value]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read({ [name]: value }))
      expect(error).toMatchObject({ _op: "InvalidData" })
      if (error._op === "InvalidData") {
        expect(error.path.join("_")).toBe(name)
        expect(error.message).not.toContain("\n")
      }
    })
  )
})
