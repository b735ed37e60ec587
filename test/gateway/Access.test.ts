import { describe, expect, it } from "@effect/vitest"
import { Effect, Logger, Stream } from "effect"
import type { AccessRule } from "../../src/adapter/Platform.ts"
import { received } from "../../src/adapter/Signal.ts"
import { Event } from "../../src/domain/Event.ts"
import { gate } from "../../src/gateway/Access.ts"
import { plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { play, settle } from "./stage.ts"

const { id } = FakeAdapter.make().account
const base = FakeAdapter.said(id, "room", "e", "hello")
const common = { conversation: base.conversation, sender: { id: "ann" }, at: 0 }

/** One event of every kind that there is. */
const everyKind: ReadonlyArray<Event> = [
  { ...base, ...common, id: "1" },
  { _tag: "MessageDeleted", ...common, id: "2", message: "m" },
  { _tag: "ButtonPressed", ...common, id: "3", button: "b", data: "d" },
  { _tag: "MembershipChanged", ...common, id: "4", member: { id: "bob" }, self: false, change: "joined" },
  { _tag: "ConsentChanged", ...common, id: "5", allowed: true },
  { _tag: "PlatformEvent", ...common, id: "6", name: "X", data: undefined },
  { ...base, ...common, _tag: "MessageEdited", id: "7", message: "1" }
]

const closed: AccessRule = { _tag: "Closed", remedy: "set FAKE_ALLOW to a list of people, or FAKE_OPEN to true" }
const list = (people: ReadonlyArray<string>, conversations: ReadonlyArray<string> = []): AccessRule => ({
  _tag: "AllowList",
  people,
  conversations
})

const own = (admits: (event: Event) => boolean): AccessRule => ({ _tag: "Own", admits })
const broken = () => {
  throw new Error("the list of friends is away")
}

describe("Access", () => {
  it("every kind of event is asked about here (F91)", () => {
    expect(new Set(everyKind.map(({ _tag }) => _tag)).size).toBe(Event.members.length)
  })

  it.each([
    ["nothing configured lets nobody in", closed, false],
    ["an empty list lets nobody in", list([]), false],
    ["a list lets those in who are on it", list(["ann"]), true],
    ["a list lets a conversation in that is on it", list([], ["room"]), true],
    ["a list of others lets nobody else in", list(["bob", "an", "annie"], ["roo", "ann"]), false],
    ["a rule of the application's own lets those in whom it admits", own(({ sender }) => sender.id === "ann"), true],
    ["a rule of the application's own lets nobody else in", own(({ sender }) => sender.id === "bob"), false],
    ["a rule of the application's own that throws lets nobody in", own(broken), false],
    ["open lets everybody in", { _tag: "Open" } as const, true]
  ] as const)("%s, whatever kind of event it is (F91)", (_, rule, allowed) => {
    for (const event of everyKind) expect([event._tag, gate(rule)(event)]).toEqual([event._tag, allowed])
  })

  it.each([
    ["chat:1", true],
    ["chat:1/17", true],
    ["chat:12", false],
    ["chat:", false],
    ["chat:1/17/2", true],
    ["chat:12/1", false]
  ])("a chat that is listed lets its topics in and no other chat: %s, %s (F91)", (conversation, allowed) => {
    const event: Event = { ...base, ...common, id: "1", conversation: { ...base.conversation, id: conversation } }
    expect(gate(list([], ["chat:1"]))(event)).toBe(allowed)
  })

  it("a topic that is listed does not let the rest of its chat in (F91)", () => {
    const event: Event = { ...base, ...common, id: "1", conversation: { ...base.conversation, id: "chat:1" } }
    expect(gate(list([], ["chat:1/17"]))(event)).toBe(false)
  })

  it.effect("a closed account hands nothing to its handler, and says once which variable opens it (F91)", () => {
    const fake = FakeAdapter.make({ access: closed, greeting: [FakeAdapter.connected()] })
    const warnings: Array<string> = []
    const recorder = Logger.make(({ logLevel, message }) => {
      if (logLevel.label === "WARN") warnings.push(String(message))
    })
    let handled = 0
    return play(
      [fake],
      {
        handler: () => {
          handled += 1
          return Stream.make(plain("hello"))
        }
      },
      Effect.gen(function* () {
        yield* settle
        for (const event of everyKind) {
          yield* fake.emit(received(event))
          yield* settle
        }
        expect([handled, fake.sent]).toEqual([0, []])
        expect(warnings).toEqual([`it answers nobody: ${closed.remedy}`])
      })
    ).pipe(Effect.provide(Logger.add(recorder)))
  })

  it.effect(
    "a rule of the application's own that throws is told of once, and the account goes on hearing (F91)",
    () => {
      let away = true
      const friends = own(({ sender }) => (away ? broken() : sender.id === "ann"))
      const fake = FakeAdapter.make({ access: friends, greeting: [FakeAdapter.connected()] })
      const errors: Array<string> = []
      const recorder = Logger.make(({ cause, logLevel, message }) => {
        if (logLevel.label === "ERROR") errors.push(`${String(message)} ${String(cause)}`)
      })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          const says = (n: number) =>
            Effect.zipRight(fake.emit(received({ ...base, ...common, id: `e${n}`, text: `${n}` })), settle)
          yield* settle
          for (const n of [1, 2, 3]) yield* says(n)
          away = false
          yield* says(4)
          expect(fake.sent.map(({ content }) => content.text)).toEqual(["4"])
          expect(errors).toHaveLength(1)
          expect(errors[0]).toMatch(/lets nobody in/)
          expect(errors[0]).toMatch(/the list of friends is away/)
        })
      ).pipe(Effect.provide(Logger.add(recorder)))
    }
  )
})
