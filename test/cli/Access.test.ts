import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { lines, user } from "./operator.ts"

const timeout = 120_000

/** How a code is told to a stranger. */
const told = /[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}/

describe.concurrent("holdfast access", { timeout }, () => {
  it.scopedLive("lets in who tells the code that the bot gave them, for as long as they are not removed (F91)", () =>
    Effect.gen(function* () {
      const { command, hear, run, said, stop } = yield* user
      const paired = { QQ_ACCESS: "pairing" }
      const access = (...args: ReadonlyArray<string>) => command(["access", ...args], paired)
      const first = yield* run(paired)
      yield* hear("let me in")
      const [notice = ""] = yield* said(1)
      const [code = ""] = told.exec(notice) ?? []
      expect(code).toMatch(told)

      const asking = yield* access("list")
      expect(asking.stdout).toMatch(
        /^ACCOUNT +WHO +ID +NAME +HOW\nqq:main +person +0123456789ABCDEF0123456789ABCDEF +has a code, for 9m \d+s more\nqq:main +anybody else +pairing: .*\n\n1 asks to be let in\./
      )
      expect(yield* access("approve", "main")).toMatchObject({
        code: 1,
        stderr: "holdfast: say whom: by the code that they were given, or with --person or --group by an id\n"
      })
      expect(yield* access("approve", "main", code.toLowerCase())).toEqual({
        code: 0,
        stdout: "Let in to qq:main: person 0123456789ABCDEF0123456789ABCDEF.\n",
        stderr: ""
      })
      yield* said(2)
      yield* hear("thank you")
      expect((yield* said(3))[2]).toBe("thank you")
      expect(first.output).not.toContain(code)
      expect(yield* stop(first)).toBe(0)
      expect(yield* access("list")).toMatchObject({ code: 3 })

      const second = yield* run(paired)
      yield* hear("still here?")
      expect((yield* said(4))[3]).toBe("still here?")
      expect(lines((yield* access("list", "--json")).stdout)).toMatchObject([
        { account: "qq:main", mode: "pairing", asking: [], guests: [{ kind: "person", by: "code" }] }
      ])
      const removed = yield* access("remove", "main", "0123456789ABCDEF0123456789ABCDEF")
      expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining("a stranger from now on") })
      yield* hear("and now?")
      expect((yield* said(5))[4]).toMatch(told)
      expect(second.output).not.toMatch(/let in: [A-Z]/)
    })
  )
})
