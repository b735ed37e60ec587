import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { lines, user } from "../operator.ts"
import { Program } from "../program.ts"

describe("what an operator is told of accounts", { timeout: 120_000 }, () => {
  it.scopedLive(
    "is the truth while the process runs, while its platform is away, and when it was killed (F40, F43)",
    () =>
      Effect.gen(function* () {
        const { command, cwd, env, hear, run, simulator, stop } = yield* user
        const together = (...all: ReadonlyArray<ReadonlyArray<string>>) =>
          Effect.forEach(all, (args) => command(args), { concurrency: "unbounded" })

        const nobody = yield* command(["status"])
        expect(nobody).toMatchObject({ code: 3, stderr: "" })
        expect(nobody.stdout).toMatch(
          /^No process answers: .*\nNo account is known\. What runs with an \.env of its own is asked in that folder, as its user; .*\n$/
        )

        const program = yield* run()
        const watching = new Program(["status", "--watch"], { cwd, env })
        const tail = new Program(["tail"], { cwd, env })
        const [well, why, test] = yield* together(["status"], ["why", "ma"], ["why", "test"])
        expect(well).toMatchObject({ code: 0, stderr: "" })
        expect(well?.stdout).toMatch(/qq:main {2}● connected .* as demo-bot\n1 of 1 connected\.\n$/)
        expect(why).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing is needed") })
        expect(test).toMatchObject({ code: 4, stderr: "holdfast: there is no account test; there is qq:main\n" })
        yield* Effect.promise(() => watching.says(/connected as demo-bot/))

        expect((yield* command(["pause", "main"])).stdout).toMatch(/^qq:main: paused\. holdfast resume qq:main /)
        yield* Effect.promise(() => watching.says(/qq:main {2}paused by an operator/))
        expect((yield* command(["resume", "main"])).code).toBe(0)
        yield* Effect.promise(() => watching.says(/connected as demo-bot/, 2))
        // what lasts for less than it takes to ask is seen too
        expect(watching.stdout).toMatch(/paused by an operator.*\n.*trying now.*\n(.*\n)*.*connected as demo-bot\n$/)

        yield* simulator.fault({ _tag: "Refuse", as: "reset" })
        yield* simulator.fault({ _tag: "Cut" })
        yield* Effect.promise(() => watching.says(/qq:main {2}.*attempt \d+ in/))
        const [down, machine] = yield* together(["why"], ["status", "--json"])
        expect(down).toMatchObject({ code: 2, stdout: expect.stringMatching(/^qq:main is not connected/), stderr: "" })
        expect(lines(machine?.stdout ?? "")).toMatchObject([
          { account: "qq:main", status: { reason: { _tag: "ConnectionLost" } } }
        ])

        yield* stop(program, "SIGKILL")
        yield* Effect.promise(() => watching.says(/no process answers for it/))
        const [killed, pause, timeline] = yield* together(["why"], ["pause", "main"], ["timeline", "main"])
        expect(killed).toMatchObject({
          code: 3,
          stdout: expect.stringMatching(/ended\s+without\s+letting\s+go\s+of\s+it/)
        })
        expect(pause).toMatchObject({ code: 3, stdout: "" })
        expect(timeline).toMatchObject({ code: 0, stderr: "" })
        expect(timeline?.stdout).toMatch(/● connected[\s\S]*‖ paused[\s\S]*◌ reconnecting[\s\S]*so far +○ stopped/)

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
