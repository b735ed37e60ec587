import { describe, expect, it } from "@effect/vitest"
import { Struct } from "effect"
import { defaultIntents, intentBits, intents } from "../../../../src/platforms/qq/Protocol/Intents.ts"

describe("QQ intents", () => {
  it("sums are positive numbers that others have measured", () => {
    expect(intentBits(["GUILDS", "GUILD_MESSAGES"])).toBe(513)
    expect(intentBits(["GUILDS", "GUILD_MEMBERS", "PUBLIC_GUILD_MESSAGES"])).toBe(1073741827)
    expect(intentBits(["GROUP_AND_C2C_EVENT"])).toBe(33554432)
    expect(intentBits(["PUBLIC_GUILD_MESSAGES", "DIRECT_MESSAGE"])).toBe(1073745920)
    expect(intentBits(defaultIntents)).toBe(1174409216)
    expect(intentBits(Struct.keys(intents))).toBe(2139887107)
  })

  it("a name given twice counts once", () => {
    expect(intentBits(["GUILDS", "GUILDS"])).toBe(1)
  })

  it("no two names share a bit", () => {
    expect(new Set(Object.values(intents)).size).toBe(15)
  })
})
