import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Logger, LogLevel, TestClock } from "effect"
import * as Entry from "../../../src/cli/Logging/Entry.ts"
import { readme } from "../../readme/Readme.ts"

/** The lines that are written while `effect` runs, as programs read them. */
const written = (effect: Effect.Effect<unknown>) => {
  const lines: Array<unknown> = []
  const logger = Logger.make<unknown, void>((options) => void lines.push(JSON.parse(JSON.stringify(Entry.of(options)))))
  return effect.pipe(
    Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
    Logger.withMinimumLogLevel(LogLevel.All),
    Effect.as(lines)
  )
}

const time = "1970-01-01T00:00:05.000Z"

describe("Entry", () => {
  it.effect("says when, how bad, what, and of whom, and nothing that is not there", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(5000)
      const lines = yield* written(
        Effect.all([
          Effect.logInfo("up"),
          Effect.annotateLogs(Effect.logWarning("the line was cut"), { account: "qq:main" }),
          Effect.annotateLogs(Effect.logDebug("answered"), { account: "qq:main", status: 200 }),
          Effect.logError("two", "words", { n: 1 })
        ])
      )
      expect(lines).toEqual([
        { time, level: "info", message: "up" },
        { time, level: "warning", message: "the line was cut", account: "qq:main" },
        { time, level: "debug", message: "answered", account: "qq:main", details: { status: 200 } },
        { time, level: "error", message: 'two words {"n":1}' }
      ])
    })
  )

  it.effect("has a cause on its line, whatever it says", () =>
    Effect.gen(function* () {
      const [line] = yield* written(Effect.logError("it broke", Cause.die(new Error("a\nb"))))
      expect(line).toMatchObject({ message: "it broke", cause: expect.stringContaining("a\nb") })
      expect(JSON.stringify(line)).not.toContain("\n")
    })
  )

  it.effect("names the trace that it belongs to, where there is one", () =>
    Effect.gen(function* () {
      const lines = yield* written(Effect.withSpan(Effect.logInfo("within"), "handled"))
      expect(lines).toMatchObject([{ trace: expect.stringMatching(/^[\da-f]{32}$/), span: expect.any(String) }])
      const untraced = yield* written(
        Effect.withTracerEnabled(Effect.withSpan(Effect.logInfo("within"), "handled"), false)
      )
      expect(untraced).toEqual([{ time: expect.any(String), level: "info", message: "within" }])
    })
  )

  it("has no keys but those that the README promises", () => {
    const promised = /one JSON object a line has ([^.]*)\./.exec(readme.replaceAll("\n", " "))?.[1] ?? ""
    const keys = [...promised.matchAll(/`(\w+)`/g)].map(([, key]) => key)
    expect(keys).toEqual(["time", "level", "message", "account", "details", "cause", "trace", "span"])
  })
})
