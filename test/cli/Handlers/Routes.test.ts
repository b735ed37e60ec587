import { describe, expect, it } from "@effect/vitest"
import { Either } from "effect"
import * as Routes from "../../../src/cli/Handlers/Routes.ts"
import { accountId } from "../../../src/domain/Address.ts"
import type { Event } from "../../../src/domain/Event.ts"
import { about, pressed, written } from "../../handler/heard.ts"

const kinds = ["echo", "exec", "webhook", "llm"]

const chosen = (text: string, event: Event): string | undefined => {
  const routes = Either.getOrThrow(Routes.parse(text, kinds))
  const route = routes.find(({ match }) => match(event))
  return route === undefined ? undefined : Routes.written(route.target)
}

const complaints = (text: string) => Either.getOrElse(Either.flip(Routes.parse(text, kinds)), () => [])

const group = { account: accountId("telegram", "main"), kind: "group", id: "chat:-42" } as const
const joined: Event = { _tag: "MembershipChanged", ...about, member: { id: "x" }, self: false, change: "joined" }

describe("routes", () => {
  const all =
    "/weather=exec:weather; telegram:main/chat:-42 /new = none;\n group addressed = llm; group = none; qq:main ask... = webhook; telegram=echo; pressed = exec; *=llm"
  it.each<readonly [what: string, event: Event, target: string]>([
    ["a command", written("/weather Berlin"), "exec:weather"],
    ["a command in a group", written("/weather", { conversation: group }), "exec:weather"],
    ["a button that holds a command", pressed("/weather Paris"), "exec:weather"],
    ["both of two conditions", written("/new", { conversation: group }), "none"],
    ["one of two conditions", written("/new"), "llm"],
    ["what is said to the bot in a group", written("hi", { conversation: group }), "llm"],
    ["what is overheard in a group", written("hi", { conversation: group, addressed: false }), "none"],
    ["how a text begins", written("ask me"), "webhook"],
    ["a platform", written("hi", { conversation: { ...group, kind: "direct" } }), "echo"],
    ["a button", pressed("x"), "exec"],
    ["anything else", joined, "llm"]
  ])("match %s", (_, event, target) => {
    expect(chosen(all, event)).toBe(target)
  })

  it("that do not match leave an event to nobody", () => {
    expect(chosen("/weather=exec", written("hello"))).toBe(undefined)
    expect(chosen("", written("hello"))).toBe(undefined)
  })

  it.each([
    ["grup=none", '"grup" matches nothing: it wants one or more of *, direct, group, channel, addressed, pressed, qq'],
    ["group toString = none", '"toString" matches nothing'],
    ["QQ:main = echo", '"QQ:main" matches nothing'],
    ["group=gpt", '"gpt" answers nothing: it wants echo, exec, webhook, llm, one of several such as llm:name, or none'],
    ["group=exec:My Script", '"exec:My Script" answers nothing'],
    ["group=none:quiet", '"none:quiet" answers nothing'],
    ["group=", '"" answers nothing'],
    ["=echo", "it wants one or more of *, direct"],
    ["group", "it wants what is matched, =, and what answers, such as /weather = exec"]
  ])("one that is bad, %s, is named, with what is wanted", (bad, wanted) => {
    const [line, ...others] = complaints(`/weather=exec;${bad}; *=echo`)
    expect(others).toEqual([])
    expect(line).toContain(`the route "${bad.trim()}": ${wanted}`)
  })

  it("that are all bad are all named", () => {
    expect(complaints("a=b; c; group=echo; d=e")).toHaveLength(3)
  })

  it("behind one that takes everything are never reached, which is a mistake", () => {
    expect(complaints("*=echo; group=none")).toEqual([
      'the route "group=none" is never reached: * stands before it and matches everything'
    ])
  })
})
