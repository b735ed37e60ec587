import { describe, expect, it } from "@effect/vitest"
import { Config, ConfigError, ConfigProvider, Effect } from "effect"

import * as Setting from "../../../src/adapter/Setting.ts"
import * as Environment from "../../../src/cli/Environment.ts"
import * as Instances from "../../../src/cli/Handlers/Instances.ts"

const exec = {
  name: "exec",
  variables: ["HOLDFAST_EXEC", "HOLDFAST_EXEC_COUNT", "HOLDFAST_EXEC_SHELL"].map((name) => ({ name, description: "" }))
}

const read = (values: Record<string, string>, instance = "weather") =>
  Instances.within(
    exec,
    instance,
    Effect.gen(function* () {
      const command = yield* Config.string("HOLDFAST_EXEC")
      const count = yield* Config.nested(Setting.count("COUNT").pipe(Config.withDefault(1)), "HOLDFAST_EXEC")
      const other = yield* Config.string("HOLDFAST_OTHER").pipe(Config.withDefault("unset"))
      return [command, count, other] as const
    })
  ).pipe(
    Effect.withConfigProvider(
      ConfigProvider.fromMap(new Map(Object.entries(values)), { pathDelim: "_", seqDelim: "," })
    )
  )

describe("one of several handlers of a kind", () => {
  it.effect("has variables for itself, and for the rest those of its kind", () =>
    Effect.gen(function* () {
      const values = {
        HOLDFAST_EXEC: "./bot",
        HOLDFAST_EXEC_COUNT: "2",
        HOLDFAST_EXEC_WEATHER: "./weather",
        HOLDFAST_OTHER: "set"
      }
      expect(yield* read(values)).toEqual(["./weather", 2, "set"])
      expect(yield* read({ ...values, HOLDFAST_EXEC_WEATHER_COUNT: "3" })).toEqual(["./weather", 3, "set"])
      expect(yield* read(values, "news")).toEqual(["./bot", 2, "set"])
    })
  )

  it.effect.each([
    [{}, ["HOLDFAST_EXEC_WEATHER is not set: it wants a value"]],
    [{ HOLDFAST_EXEC: "x", HOLDFAST_EXEC_WEATHER_COUNT: "no" }, ["HOLDFAST_EXEC_WEATHER_COUNT"]],
    [{ HOLDFAST_EXEC: "x", HOLDFAST_EXEC_COUNT: "no" }, ["HOLDFAST_EXEC_COUNT"]]
  ] as const)("names the variable that is wrong: %j", ([values, wanted]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read(values))
      expect(ConfigError.isConfigError(error)).toBe(true)
      const lines = Environment.complaints(error, new Map(Object.entries(values)))
      expect(lines).toHaveLength(wanted.length)
      for (const [index, line] of lines.entries()) expect(line.startsWith(wanted[index] ?? "?")).toBe(true)
    })
  )

  it("cannot have a name that would make its variables another's", () => {
    expect(Instances.misnamed(exec, "weather")).toBe(undefined)
    expect(Instances.misnamed(exec, "shell")).toBe(
      "exec:shell cannot be called so: HOLDFAST_EXEC_SHELL means something else already"
    )
  })

  it("keeps what is secret so", () => {
    const [own] = Instances.variables(
      { name: "llm", variables: [{ name: "HOLDFAST_LLM_KEY", description: "", secret: true }] },
      "big"
    )
    expect(own).toEqual({ name: "HOLDFAST_LLM_BIG_KEY", description: "", secret: true })
  })
})
