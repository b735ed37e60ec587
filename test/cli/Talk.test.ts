import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { expect } from "vitest"
import { Fault } from "../../src/adapter/Simulator.ts"
import * as Talk from "../../src/cli/Talk.ts"
import * as QQSimulator from "../../src/platforms/qq/Simulator.ts"

const isFault = Schema.is(Schema.Union(Fault, QQSimulator.QQFault))

const asked = (line: string) =>
  Effect.gen(function* () {
    const simulator = yield* QQSimulator.make()
    const answer = yield* Talk.obey(simulator, line)
    const record = yield* simulator.record
    return { answer, done: record.map(({ detail, what }) => (what === "fault" ? detail : what)) }
  })

describe("Talk", () => {
  it.each(Talk.commands)(
    "/$name does something that the simulator knows, and says so",
    ({ argument, done, faults }) => {
      const meant = faults(argument?.fallback ?? "") ?? []
      expect(meant).not.toEqual([])
      for (const fault of meant) expect(isFault(fault)).toBe(true)
      expect(done(argument?.fallback ?? "")).not.toBe("")
    }
  )

  it("has every kind of fault that a person can see on real sockets", () => {
    const kinds = new Set(
      Talk.commands.flatMap(({ argument, faults }) => (faults(argument?.fallback ?? "") ?? []).map(({ _tag }) => _tag))
    )
    const expected = [
      "Refuse",
      "Stall",
      "Silence",
      "Cut",
      "Close",
      "CloseOn",
      "Answer",
      "LoseAnswer",
      "Delay",
      "Duplicate",
      "Malformed"
    ]
    expect([...kinds]).toEqual(
      expect.arrayContaining([...expected, "Reconnect", "InvalidSession", "DropAcks", "ExpireToken", "Ban"])
    )
  })

  it.scoped("an argument is taken, or its example when there is none", () =>
    Effect.gen(function* () {
      expect((yield* asked("/close 4008")).done).toEqual([{ _tag: "Close", code: 4008 }])
      expect((yield* asked("/close")).done).toEqual([{ _tag: "Close", code: 4009 }])
    })
  )

  it.scoped.each(["/close 12", "/close soon", "/stall sleep", "/http 200", "/slow -1", "/kick 1.5"])(
    "%s is not understood, and does nothing",
    (line) =>
      Effect.gen(function* () {
        const { answer, done } = yield* asked(line)
        expect(answer).toContain("means nothing here; for example: /")
        expect(done).toEqual([])
      })
  )

  it.scoped("an unknown command leads to help, and does nothing", () =>
    Effect.gen(function* () {
      const { answer, done } = yield* asked("/cutt")
      expect(answer).toContain("/help")
      expect(done).toEqual([])
    })
  )

  it.scoped("/heal heals", () =>
    Effect.gen(function* () {
      expect((yield* asked("/heal")).done).toEqual(["heal"])
    })
  )

  it("help names every command on a line of its own that fits a terminal", () => {
    const lines = Talk.help(true).split("\n")
    expect(lines).toHaveLength(Talk.commands.length + 5)
    for (const { name } of Talk.commands) expect(lines.filter((line) => line.includes(`  /${name} `))).toHaveLength(1)
    expect(Talk.help(false)).not.toContain("/restart")
  })
})
