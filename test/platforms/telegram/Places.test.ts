import { describe, expect, it } from "vitest"
import { places } from "../../../src/platforms/telegram/Places.ts"

describe("Places of Telegram", () => {
  it.each([
    ["chat:42", "direct"],
    ["chat:-42", "group"],
    ["chat:-10042/17", "group"]
  ])("%s is where something can be said", (id, kind) => {
    expect(places.kindOf(id)).toBe(kind)
  })

  it.each(["", "42", "chat:", "chat:0", "chat:x", "chat:1/", "chat:1/x", "c2c:42"])("%j is none", (id) => {
    expect(places.kindOf(id)).toBeUndefined()
  })
})
