import { describe, expect, it } from "@effect/vitest"
import { accountId } from "../../src/domain/Address.ts"
import type { Event } from "../../src/domain/Event.ts"
import * as Match from "../../src/handler/Match.ts"
import { about, pressed, written } from "./heard.ts"

const group = { account: accountId("telegram", "main"), kind: "group", id: "chat:1" } as const
const overheard = written("hello", { conversation: group, addressed: false })
const joined: Event = { _tag: "MembershipChanged", ...about, member: { id: "x" }, self: false, change: "joined" }

describe("Match", () => {
  it.each<readonly [match: string, Match.Match, takes: ReadonlyArray<Event>, leaves: ReadonlyArray<Event>]>([
    ["always", Match.always, [written(""), joined], []],
    ["account", Match.account("qq:main"), [written(""), joined], [overheard]],
    ["platform", Match.platform("telegram"), [overheard], [written(""), joined]],
    ["conversation", Match.conversation("telegram:main/chat:1"), [overheard], [written("")]],
    ["kind", Match.kind("group"), [overheard], [written(""), pressed("x")]],
    ["addressed", Match.addressed, [written("")], [overheard, pressed("x"), joined]],
    ["pressed", Match.pressed, [pressed("x")], [written("x"), joined]],
    [
      "prefix",
      Match.prefix("Ask "),
      [written(" Ask me"), pressed("Ask x")],
      [written("ask me"), written("Ask"), joined]
    ],
    ["all", Match.all(Match.kind("direct"), Match.pressed), [pressed("x")], [written("x"), overheard]],
    ["any", Match.any(Match.kind("group"), Match.pressed), [pressed("x"), overheard], [written("x"), joined]],
    ["not", Match.not(Match.pressed), [written("x"), joined], [pressed("x")]]
  ])("%s takes what it is for, and leaves what it is not", (_, match, takes, leaves) => {
    expect(takes.filter((event) => !match(event))).toEqual([])
    expect(leaves.filter(match)).toEqual([])
  })

  it.each([
    ["/weather", true],
    [" /Weather Berlin", true],
    ["/weather@demo_bot Berlin", true],
    ["/weather\nBerlin", true],
    ["/weatherman", false],
    ["/weath", false],
    ["weather", false],
    ["so /weather", false],
    ["", false]
  ])("of a command, %j is it: %s", (text, is) => {
    const weather = Match.command("weather")
    expect([weather(written(text)), weather(pressed(text))]).toEqual([is, is])
  })
})
