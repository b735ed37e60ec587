import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { lines, user } from "../operator.ts"
import { Program } from "../program.ts"

describe("what an operator is told of accounts", { timeout: 120_000 }, () => {
  it.scopedLive("is the truth while the process runs, while its platform is away, and when it was killed", () =>
    Effect.gen(function* () {
      const { command, cwd, env, hear, run, simulator, stop } = yield* user
      const nobody = yield* command(["status"])
      expect(nobody).toMatchObject({ code: 3, stderr: "" })
      expect(nobody.stdout).toMatch(/^No process answers: .*\nNo account is known\.\n$/)
      expect((yield* command(["why", "main"])).stderr).toMatch(/^holdfast: no process answers, .* start holdfast run/)

      const program = yield* run()
      const watching = new Program(["status", "--watch"], { cwd, env })
      const tail = new Program(["tail"], { cwd, env })
      yield* Effect.promise(() => watching.says(/connected as demo-bot/))
      const well = yield* command(["status"])
      expect(well).toMatchObject({ code: 0, stderr: "" })
      expect(well.stdout).toMatch(/qq:main {2}● connected .* as demo-bot\n1 of 1 connected\.\n$/)
      expect(yield* command(["why", "ma"])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("Nothing is needed")
      })
      expect(yield* command(["why", "test"])).toMatchObject({
        code: 4,
        stderr: "holdfast: there is no account test; there is qq:main\n"
      })

      expect((yield* command(["pause", "main"])).stdout).toMatch(/^qq:main: paused\. holdfast resume qq:main /)
      yield* Effect.promise(() => watching.says(/qq:main {2}paused by an operator/))
      expect(yield* command(["status"])).toMatchObject({ code: 0, stdout: expect.stringContaining("1 paused") })
      expect((yield* command(["resume", "main"])).code).toBe(0)
      yield* Effect.promise(() => watching.says(/connected as demo-bot/, 2))

      yield* simulator.fault({ _tag: "Refuse", as: "reset" })
      yield* simulator.fault({ _tag: "Cut" })
      yield* Effect.promise(() => watching.says(/qq:main {2}.*attempt 3 in/))
      const down = yield* command(["why"])
      expect(down).toMatchObject({ code: 2, stderr: "" })
      expect(down.stdout).toMatch(/^qq:main is not connected/)
      expect(lines((yield* command(["status", "--json"])).stdout)).toMatchObject([
        { account: "qq:main", status: { reason: { _tag: "ConnectionLost" } } }
      ])

      yield* stop(program, "SIGKILL")
      yield* Effect.promise(() => watching.says(/no process answers for it/))
      const killed = yield* command(["why"])
      expect(killed.code).toBe(3)
      expect(killed.stdout).toMatch(/has ended without\s+letting go of it/)
      expect(yield* command(["pause", "main"])).toMatchObject({ code: 3, stdout: "" })
      const timeline = yield* command(["timeline", "main"])
      expect(timeline).toMatchObject({ code: 0, stderr: "" })
      expect(timeline.stdout).toMatch(/● connected[\s\S]*‖ paused[\s\S]*◌ reconnecting[\s\S]*so far +○ stopped/)

      yield* simulator.heal
      yield* run()
      yield* Effect.promise(() => watching.says(/connected as demo-bot/, 3))
      // it is heard anew by then, and not necessarily sooner
      yield* hear("are you there?").pipe(
        Effect.delay("500 millis"),
        Effect.repeat({ until: () => /heard .* MessageReceived from [\s\S]*sent /.test(tail.stdout) })
      )
      expect(tail.output).not.toContain("are you there?")
      tail.signal("SIGINT")
      expect(yield* Effect.promise(() => tail.ended)).toBe(0)
      watching.signal("SIGINT")
      expect(yield* Effect.promise(() => watching.ended)).toBe(0)
      expect(watching.output).not.toContain("\u001b")
    })
  )
})
