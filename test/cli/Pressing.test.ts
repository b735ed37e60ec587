import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Said } from "../../src/adapter/Simulator.ts"
import * as Pressing from "../../src/cli/Pressing.ts"

const here = "chat:7001"
const said: Said = {
  id: "5",
  account: "7",
  conversation: here,
  text: "sure?",
  at: 0,
  buttons: [
    [{ label: "yes, do", data: "y" }],
    [
      { label: "no", id: "1.0", data: "n" },
      { label: "docs", url: "https://a.example" }
    ]
  ]
}
const elsewhere: Said = { ...said, id: "6", conversation: "chat:7002" }

/** A platform on which this was said, and what was pressed there. */
const stage = (...all: ReadonlyArray<Said>) => {
  const pressed: Array<Pressing.Press> = []
  const press = (one: Pressing.Press) => Effect.sync(() => pressed.push(one))
  return { pressed, obey: Pressing.obey({ said: Effect.succeed(all), press }, here) }
}

describe("a button", () => {
  it("is shown below what the bot says, with the number by which it is pressed", () => {
    expect(Pressing.shown(said)).toBe("sure?\n[1 yes, do] [2 no] [3 docs]")
    const { buttons: _, ...bare } = said
    expect(Pressing.shown(bare)).toBe("sure?")
    expect(Pressing.shown({ ...bare, text: "", shows: "image" })).toBe("[image]")
    expect(Pressing.shown({ ...bare, shows: "voice" })).toBe("[voice]\nsure?")
  })

  it.effect("is pressed by its number, by what it says, and else the first one is", () =>
    Effect.gen(function* () {
      const { obey, pressed } = stage({ ...said, id: "4" }, said, elsewhere)
      expect(yield* obey("/press 2")).toBe('you pressed "no"')
      expect(yield* obey("/press yes, do")).toBe('you pressed "yes, do"')
      yield* obey("/press")
      const first = { conversation: here, message: "5", button: "yes, do", data: "y" }
      expect(pressed).toEqual([{ ...first, button: "1.0", data: "n" }, first, first])
    })
  )

  it.effect("that is not there, or tells the bot nothing, is not pressed, and what there is is said", () =>
    Effect.gen(function* () {
      const { obey, pressed } = stage(said)
      expect(yield* obey("/press maybe")).toBe('there is no button "maybe"; there are [1 yes, do] [2 no] [3 docs]')
      expect(yield* obey("/press 3")).toBe('"docs" opens https://a.example; the bot does not hear of it')
      expect(yield* stage(elsewhere).obey("/press 1")).toBe("the bot has shown no button yet")
      expect(pressed).toEqual([])
    })
  )
})
