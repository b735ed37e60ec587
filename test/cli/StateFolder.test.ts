import { Option } from "effect"
import { describe, expect, it } from "vitest"
import * as StateFolder from "../../src/cli/StateFolder.ts"

const nothing = { home: Option.none(), xdgStateHome: Option.none(), localAppData: Option.none() }
const at = (
  platform: NodeJS.Platform,
  surroundings: { readonly [Name in keyof StateFolder.Surroundings]?: string }
): string | undefined => {
  const given = Object.fromEntries(Object.entries(surroundings).map(([name, value]) => [name, Option.some(value)]))
  return Option.getOrUndefined(StateFolder.on(platform, { ...nothing, ...given }))
}

describe("the folder for what is to outlast the program", () => {
  it.each([
    ["linux", { home: "/people/ann" }, "/people/ann/.local/state/holdfast"],
    ["freebsd", { home: "/people/ann" }, "/people/ann/.local/state/holdfast"],
    ["linux", { home: "/people/ann", xdgStateHome: "/var/state" }, "/var/state/holdfast"],
    ["linux", { xdgStateHome: "/var/state" }, "/var/state/holdfast"],
    ["darwin", { home: "/people/ann", xdgStateHome: "/x" }, "/people/ann/Library/Application Support/holdfast"],
    ["win32", { home: "C:\\Users\\ann", localAppData: "D:\\Local" }, "D:\\Local\\holdfast"],
    ["win32", { home: "C:\\Users\\ann" }, "C:\\Users\\ann\\AppData\\Local\\holdfast"]
  ] as const)("is on %s where %j has it", (platform, surroundings, folder) => {
    expect(at(platform, surroundings)).toBe(folder)
  })

  it("is not where a relative path would have it, which depends on where one stands", () => {
    expect(at("linux", { home: "/people/ann", xdgStateHome: "state" })).toBe("/people/ann/.local/state/holdfast")
    expect(at("linux", { home: "/people/ann", xdgStateHome: "" })).toBe("/people/ann/.local/state/holdfast")
    expect(at("win32", { home: "C:\\Users\\ann", localAppData: "Local" })).toBe(
      "C:\\Users\\ann\\AppData\\Local\\holdfast"
    )
  })

  it.each(["linux", "darwin", "win32"] as const)("is nowhere on %s for a user without a home", (platform) => {
    expect(at(platform, {})).toBeUndefined()
  })
})
