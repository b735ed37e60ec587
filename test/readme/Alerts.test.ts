import { describe, expect, it } from "vitest"
import { Schema } from "effect"
import { Alert, HandlerTrouble, Trouble } from "../../src/gateway/Alerts/Alert.ts"
import * as Wording from "../../src/gateway/Alerts/Wording.ts"
import { blocks, quoted, readme, sentence } from "./Readme.ts"

describe("the README, of alerts", () => {
  it("shows one as it is posted, with the text that such a one has", () => {
    const [shown = "", ...others] = blocks("json").filter((block) => block.includes('"raised"'))
    expect(others).toEqual([])
    const alert = Schema.decodeUnknownSync(Alert, { onExcessProperty: "error" })(JSON.parse(shown))
    expect(alert.text).toBe(Wording.text(alert))
  })

  it("names what can be the matter, and how it ends", () => {
    const words = ["raised", "cleared", "down", "parked", "flapping", "connected", "paused", "removed"]
    const told = [...quoted(sentence("`kind` is ")), ...quoted(sentence("Where it is about handlers"))]
    expect(words.filter((word) => !told.includes(word))).toEqual([])
    const fields = Object.keys({ ...Trouble.fields, ...HandlerTrouble.fields, ...Alert.fields })
    const shown = new Set(["account", "accounts", "cause", "next", "since", "text", "version", "at", "id", ...told])
    expect(fields.filter((field) => !shown.has(field))).toEqual([])
    for (const header of ["idempotency-key", "x-holdfast-signature", "x-holdfast-timestamp"])
      expect(readme).toContain(`\`${header}\``)
  })
})
