import { Duration } from "effect"
import { describe, expect, it } from "vitest"
import { words } from "../../src/gateway/Notices.ts"

const kinds = ["person", "group"] as const

/** Everything that is said in a language, by the name of the occasion. */
const said = ({
  busy,
  cut,
  expired,
  failed,
  limited,
  paired,
  pairing,
  waiting
}: (typeof words)["en"]): ReadonlyArray<readonly [string, string]> => [
  ["failed", failed],
  ["cut", cut],
  ["expired", expired],
  ["busy", busy],
  ["waiting", waiting],
  ...(["1 second", "10 minutes", "1 day"] as const).map(
    (wait) => [`limited for ${wait}`, limited(Duration.decode(wait))] as const
  ),
  ...kinds.map((kind) => [`pairing ${kind}`, pairing(kind, "K7QM2XWD")] as const),
  ...kinds.map((kind) => [`paired ${kind}`, paired(kind)] as const)
]

const chinese = /\p{Script=Han}/u

describe("notices", () => {
  it("have words in every language for every occasion", () => {
    const [english, ...others] = Object.values(words)
    for (const other of others) expect(Object.keys(other).toSorted()).toEqual(Object.keys(english ?? {}).toSorted())
    // an occasion that this test has not heard of
    expect(Object.keys(words.en).toSorted()).toEqual([
      "busy",
      "cut",
      "expired",
      "failed",
      "limited",
      "paired",
      "pairing",
      "waiting"
    ])
  })

  it.each(said(words.zh))("are Chinese where they are to be: %s", (_, text) => {
    expect(text).toMatch(chinese)
    expect(text.replace("K7QM2XWD", "")).not.toMatch(/[a-z]{2}/i)
  })

  it.each(said(words.en))("are English where they are to be: %s", (_, text) => {
    expect(text).not.toMatch(chinese)
    expect(text).toMatch(/^[A-Z].*[.)]$/)
  })

  it("tell a person from a group, and name the code, in every language", () => {
    for (const { paired, pairing } of Object.values(words)) {
      expect(paired("person")).not.toBe(paired("group"))
      for (const kind of kinds) expect(pairing(kind, "K7QM2XWD").split("K7QM2XWD")).toHaveLength(2)
    }
  })
})
