import { describe, expect, it } from "vitest"
import { places } from "../../../src/platforms/qq/Places.ts"

describe("Places of QQ", () => {
  it.each([
    ["c2c:7C0E", "direct"],
    ["group:7C0E", "group"],
    ["channel:17/42", "channel"],
    ["dm:17", "direct"]
  ])("%s is where something can be said", (id, kind) => {
    expect(places.kindOf(id)).toBe(kind)
    expect(places.written).toContain(`${id.split(":")[0]}:`)
  })

  it.each(["", "7C0E", "c2c:", "c2c:a/b", "channel:17", "channel:17/", "guild:17", "bot", "C2C:7C0E", "chat:1"])(
    "%j is none",
    (id) => {
      expect(places.kindOf(id)).toBeUndefined()
    }
  )
})
