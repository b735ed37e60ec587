import { describe, expect, it } from "@effect/vitest"
import { Option } from "effect"
import { expected, meant } from "../../../src/cli/Control/Named.ts"
import type { Desk } from "../../../src/cli/Control/Desk.ts"
import type { Owner } from "../../../src/delivery/Lease.ts"

const accounts = ["qq:main", "qq:mainland", "qq:test", "telegram:main"]

describe("an account as a person names it", () => {
  it.each([
    ["qq:main", ["qq:main"]],
    ["qq:t", ["qq:test"]],
    ["test", ["qq:test"]],
    ["tele", ["telegram:main"]],
    ["main", ["qq:main", "qq:mainland", "telegram:main"]],
    ["q", ["qq:main", "qq:mainland", "qq:test"]],
    ["ain", []],
    ["discord:main", []]
  ])("%j may mean %j", (text, found) => {
    expect(meant(text, accounts)).toEqual(found)
  })

  const owner: Owner = { id: "x", host: { name: "alpha" }, pid: 1, since: 0 }
  const owners = new Map([
    ["qq:old", Option.none<Owner>()],
    ["qq:lost", Option.some(owner)]
  ])
  const desk = { process: { pid: 2, since: 0, store: "" }, accounts: new Map([["qq:main", {}]]) }

  it("is not missed where its process let go of it and another runs, and is where none does", () => {
    // of a desk only this is looked at
    const desks = [desk as unknown as Desk]
    expect(expected({ desks, owners })).toEqual(["qq:lost", "qq:main"])
    expect(expected({ desks: [], owners })).toEqual(["qq:lost", "qq:old"])
  })
})
