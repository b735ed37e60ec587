import { describe, expect, it } from "vitest"
import { coloured, plain } from "../../src/cli/Colour.ts"
import { laidOut } from "../../src/cli/Help.ts"
import { stripped, width } from "../../src/cli/Width.ts"

const leaf = `holdfast

holdfast 0.1.0

USAGE

$ list [--json] [--queue inbox | outbox] <account>

DESCRIPTION

What was put aside, the oldest first, and why.

ARGUMENTS

<account>

  A user-defined piece of text.

  such as qq:main

OPTIONS

--json

  A true or false value.

  one JSON object a line, for machines

  This setting is optional.

--queue inbox | outbox

  One of the following: inbox, outbox

  only of events that were heard, or of messages that were to be said

  This setting is optional.

holdfast COMMAND --help says more of one.`

const holder = `holdfast

holdfast 0.1.0

USAGE

$ dead

DESCRIPTION

What was put aside.

COMMANDS

  - list [--json] [--account text]  The oldest first, and why.

  - drop [--all] <id>...            Gives them up for ever.

holdfast COMMAND --help says more of one.`

describe("Help", () => {
  it("tells how a command is called as it has to be written, and of each option what it is for", () => {
    expect(laidOut(leaf, ["dead", "list"], 80, plain)).toBe(`holdfast 0.1.0

USAGE
  holdfast dead list [--json] [--queue inbox | outbox] <account>

DESCRIPTION
  What was put aside, the oldest first, and why.

ARGUMENTS
  <account>  such as qq:main

OPTIONS
  --json                  one JSON object a line, for machines
  --queue inbox | outbox  only of events that were heard, or of messages that
                          were to be said

holdfast COMMAND --help says more of one.`)
  })

  it("lists commands with what they do below them", () => {
    const text = laidOut(holder, ["dead"], 80, plain)
    expect(text).toContain("USAGE\n  holdfast dead COMMAND\n")
    expect(text).toContain(
      "COMMANDS\n  list [--json] [--account text]\n      The oldest first, and why.\n  drop [--all]"
    )
  })

  it.each([40, 80, 200])(
    "is no wider than %d columns, nor than can be read, but for what is typed as it stands",
    (columns) => {
      const described = laidOut(leaf, ["dead", "list"], columns, plain)
        .split("\n")
        .filter((line) => !line.includes("[--json]"))
      expect(Math.max(...described.map(width))).toBeLessThanOrEqual(Math.min(columns, 100))
    }
  )

  it("has colours where they are wanted, and says the same with them", () => {
    const text = laidOut(leaf, ["dead", "list"], 80, coloured)
    expect(text).not.toBe(stripped(text))
    expect(stripped(text)).toBe(laidOut(leaf, ["dead", "list"], 80, plain))
  })

  it("leaves alone what is no help", () => {
    expect(laidOut("Missing argument <account>", [], 80, plain)).toBe("Missing argument <account>")
  })
})
