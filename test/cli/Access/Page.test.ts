import { describe, expect, it } from "vitest"
import { list } from "../../../src/cli/Access/Page.ts"
import { accountId } from "../../../src/domain/Address.ts"
import type { Access } from "../../../src/http/Api/Access.ts"

const now = 1_000_000
const access = (more: Partial<Access>): Access => ({
  account: accountId("qq", "main"),
  mode: "pairing",
  groupMode: "pairing",
  people: [],
  conversations: [],
  guests: [],
  asking: [],
  ...more
})
const rows = (more: Partial<Access>) =>
  list([access(more)], now)
    .split("\n")
    .map((row) => row.split(/ {2,}/))

describe("who may talk, at a terminal", () => {
  it("is told of those configured, those let in and those who ask, and last of everybody else", () => {
    const told = rows({
      people: ["root"],
      conversations: ["group:G"],
      guests: [{ kind: "person", id: "eve", name: "Eve", since: now - 60_000, by: "code" }],
      asking: [{ kind: "group", id: "group:H", at: now, until: now + 600_000 }]
    })
    expect(told.slice(1, 6)).toEqual([
      ["qq:main", "person", "root", "configured"],
      ["qq:main", "group", "group:G", "configured"],
      ["qq:main", "person", "eve", "Eve", "let in by code, 1m ago"],
      ["qq:main", "group", "group:H", expect.stringMatching(/^has a code, for 10m/)],
      ["qq:main", "anybody else", "pairing: is given a code"]
    ])
    expect(told.at(-2)?.join()).toMatch(/^1 asks to be let in/)
  })

  it.each([
    ["open", "everybody"],
    ["closed", "nobody"],
    ["own", "those whom it admits"],
    ["allowlist", "nobody else"]
  ] as const)("is, where it is %s, %s", (mode, who) => {
    expect(rows({ mode, groupMode: mode }).slice(1)).toEqual([["qq:main", who, expect.stringMatching(mode)]])
  })

  it("is told of private and of groups apart where those differ", () => {
    expect(rows({ mode: "open", groupMode: "pairing" }).map(([, who]) => who)).toEqual([
      "WHO",
      "everybody, in private",
      "anybody else, in groups"
    ])
  })

  it("is not told as strangers would have the terminal understand it", () => {
    const name = `\u001b[31m${"very ".repeat(20)}long\u202e`
    const text = list(
      [access({ asking: [{ kind: "person", id: "e\u0007ve", name, at: now, until: now + 1000 }] })],
      now
    )
    for (const mark of ["\u001b", "\u0007", "\u202e"]) expect(text).not.toContain(mark)
    expect(text.split("\n")[1]?.length).toBeLessThan(100)
  })

  it("says of who was let in to a bot that pairs no more that they are not heard", () => {
    const guests = [{ kind: "person", id: "eve", since: now, by: "id" }] as const
    expect(list([access({ mode: "allowlist", groupMode: "allowlist", guests })], now)).toContain(
      "let in by id, just now, heard while its ACCESS is pairing"
    )
  })
})
