import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, Program } from "./program.ts"
import * as served from "./served.ts"

describe.concurrent("two of holdfast run with one bot", { timeout: 60_000 }, () => {
  it.scopedLive(
    "are one connection: the second says whose the account is, and has it once the first is killed (F54, F59)",
    () =>
      Effect.gen(function* () {
        const { env } = yield* served.qq
        const cwd = folder()
        const run = () => new Program(["run"], { cwd, env: { ...env, HOLDFAST_LOG_FORMAT: "pretty" } })
        const first = run()
        yield* Effect.promise(() => first.says(/qq:main connected as/))
        const second = run()
        yield* Effect.promise(() => second.says(/qq:main belongs to another process \(pid \d+ on .*stop that one/))
        expect(second.stderr).not.toContain("connected as")
        first.signal("SIGKILL")
        yield* Effect.promise(() => second.says(/qq:main connected as/))
        second.signal("SIGTERM")
        expect(yield* Effect.promise(() => second.ended)).toBe(0)
      })
  )
})
