import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Metric, Redacted, Stream } from "effect"
import type { Event } from "../../../src/domain/Event.ts"
import { denied } from "../../../src/gateway/Metrics/Passing.ts"
import { accountId } from "../../../src/domain/Address.ts"
import type { Handler } from "../../../src/handler/Handler.ts"
import { settle } from "../stage.ts"
import { account, guarded, pairing, says } from "./strangers.ts"

const code = (text: string) => ({ code: Redacted.make(text) })
const person = (id: string) => ({ kind: "person", id }) as const
const group = { kind: "group", id: "room" } as const
const mention = () => says("eve", group)

describe("Pairing", () => {
  it.effect("a stranger is given a code, once, and is heard from the word after an operator approved it (F91)", () =>
    guarded(pairing, ({ access, codes, handled, hear, told }) =>
      Effect.gen(function* () {
        yield* hear(says("eve"))
        yield* hear(says("eve"), says("eve"))
        expect(codes("eve")).toEqual(["PASS-AAAA"])
        expect([handled, told("eve").length]).toEqual([[], 1])
        const [listed] = yield* access.list
        expect(listed?.asking.map(({ id, kind }) => [kind, id])).toEqual([["person", "eve"]])
        const approved = yield* access.approve(account, code("pass aaaa"))
        expect(approved).toMatchObject({ guests: [{ kind: "person", id: "eve", by: "code" }], recorded: true })
        const after = says("eve")
        yield* hear(after)
        expect(handled).toEqual([after.id])
        expect(told("eve").slice(1)).toEqual(["You have been let in. Please say again what you wanted.", "handled"])
      })
    )
  )

  it.effect("who is listed is heard without being asked, and nobody else is", () =>
    guarded(pairing, ({ codes, handled, hear }) =>
      Effect.gen(function* () {
        const listed = says("root")
        yield* hear(listed, says("eve"))
        expect([handled, codes("root"), codes("eve").length]).toEqual([[listed.id], [], 1])
      })
    )
  )

  it.effect("a code is good once", () =>
    guarded(pairing, ({ access, hear }) =>
      Effect.gen(function* () {
        yield* hear(says("eve"))
        yield* access.approve(account, code("PASS-AAAA"))
        yield* access.remove(account, "eve")
        const refused = yield* Effect.flip(access.approve(account, code("PASS-AAAA")))
        expect(refused).toMatchObject({ _tag: "AccessRefused", reason: "UnknownCode" })
      })
    )
  )

  it.effect("a code is good for ten minutes; whoever still has not been let in then gets another", () =>
    guarded(pairing, ({ access, codes, hear }) =>
      Effect.gen(function* () {
        yield* hear(says("eve"))
        yield* Effect.sleep("10 minutes")
        expect(yield* Effect.flip(access.approve(account, code("PASS-AAAA")))).toMatchObject({ reason: "UnknownCode" })
        expect((yield* access.list)[0]?.asking).toEqual([])
        yield* hear(says("eve"))
        expect(codes("eve")).toEqual(["PASS-AAAA", "PASS-AAAB"])
        yield* access.approve(account, code("PASS-AAAB"))
      })
    )
  )

  it.effect("a crowd of strangers is given ten codes at once, and no more before those have expired", () =>
    guarded(pairing, ({ fake, hear }) =>
      Effect.gen(function* () {
        yield* hear(...Array.from({ length: 500 }, (_, index) => says(`crowd${index}`)))
        expect(fake.sent.length).toBe(10)
        yield* Effect.sleep("10 minutes")
        yield* hear(...Array.from({ length: 500 }, (_, index) => says(`late${index}`)))
        expect(fake.sent.length).toBe(20)
      })
    )
  )

  it.effect("of a thousand guesses five are looked at, and then even the right code is refused for an hour", () =>
    guarded(pairing, ({ access, hear }) =>
      Effect.gen(function* () {
        yield* hear(says("eve"))
        const guess = (text: string) => Effect.flip(access.approve(account, code(text)))
        const reasons = yield* Effect.forEach(
          Array.from({ length: 1000 }, () => "PASS-ZZZZ"),
          (text) => Effect.map(guess(text), (refused) => ("reason" in refused ? refused.reason : refused._tag)),
          { concurrency: 100 }
        )
        expect(reasons.filter((reason) => reason === "UnknownCode").length).toBe(5)
        expect(reasons.filter((reason) => reason === "TooManyWrongCodes").length).toBe(995)
        expect(yield* guess("PASS-AAAA")).toMatchObject({ reason: "TooManyWrongCodes" })
        yield* Effect.sleep("1 hour")
        yield* hear(says("eve"))
        yield* access.approve(account, code("PASS-AAAB"))
      })
    )
  )

  it.effect("what is no code at all is told so, and is no guess", () =>
    guarded(pairing, ({ access, hear }) =>
      Effect.gen(function* () {
        yield* hear(says("eve"))
        for (const text of ["", "eve", "PASS-AAA", "PASS-AAA0", "PASSAAAAA", "PASS-AAAO"])
          expect(yield* Effect.flip(access.approve(account, code(text)))).toMatchObject({ reason: "UnknownCode" })
        yield* access.approve(account, code("passaaaa"))
      })
    )
  )

  it.effect(
    "a group is let in as a whole by a code that was asked for by a mention, and those in it nowhere else",
    () =>
      guarded(pairing, ({ access, codes, handled, hear }) =>
        Effect.gen(function* () {
          yield* hear(says("eve", group, { addressed: false }), mention(), mention())
          expect(codes("room")).toEqual(["PASS-AAAA"])
          yield* access.approve(account, code("PASS-AAAA"))
          const [mallory, eve] = [says("mallory", group, { addressed: false }), says("eve", group)]
          yield* hear(mallory, eve, says("eve"), says("eve", { kind: "group", id: "attic" }))
          expect(handled).toEqual([mallory.id, eve.id])
        })
      )
  )

  it.effect("an operator lets a person or a group in by their id, whether they asked or not", () =>
    guarded(pairing, ({ access, handled, hear, told }) =>
      Effect.gen(function* () {
        yield* hear(says("eve"))
        yield* access.approve(account, person("eve"))
        yield* access.approve(account, group)
        expect((yield* access.list)[0]).toMatchObject({
          asking: [],
          guests: [
            { id: "eve", by: "id" },
            { id: "room", by: "id" }
          ]
        })
        const [eve, bob] = [says("eve"), says("bob", group)]
        yield* hear(eve, bob)
        expect([handled, told("eve").length, told("room")]).toEqual([[eve.id, bob.id], 3, ["handled"]])
      })
    )
  )

  it.effect("who was let in twice is a guest once, and whose id is a group's name is no group", () =>
    guarded(pairing, ({ access, handled, hear }) =>
      Effect.gen(function* () {
        yield* access.approve(account, person("room"))
        yield* access.approve(account, person("room"))
        expect((yield* access.list)[0]?.guests.length).toBe(1)
        yield* hear(says("eve", group))
        expect(handled).toEqual([])
      })
    )
  )

  it.effect("who is removed is a stranger at once", () =>
    guarded(pairing, ({ access, codes, handled, hear }) =>
      Effect.gen(function* () {
        yield* access.approve(account, person("eve"))
        const before = says("eve")
        yield* hear(before)
        expect(yield* access.remove(account, "eve")).toMatchObject({ guests: [{ id: "eve" }], recorded: true })
        yield* hear(says("eve"))
        expect([handled, codes("eve").length]).toEqual([[before.id], 1])
        expect(yield* access.remove(account, "eve")).toMatchObject({ guests: [] })
      })
    )
  )

  it.effect("what was kept of somebody before they were removed is not handled after it", () =>
    Effect.gen(function* () {
      const latch = yield* Effect.makeLatch(false)
      const seen: Array<string> = []
      const handler: Handler = (event) =>
        Stream.unwrap(
          Effect.suspend(() => {
            seen.push(event.id)
            return Effect.as(latch.await, Stream.empty)
          })
        )
      yield* guarded(
        pairing,
        ({ access, hear }) =>
          Effect.gen(function* () {
            yield* access.approve(account, person("eve"))
            const first = says("eve")
            yield* hear(first, says("eve"), says("eve"))
            yield* access.remove(account, "eve")
            yield* latch.open
            yield* settle
            expect(seen).toEqual([first.id])
          }),
        { handler }
      )
    })
  )

  it.effect("who is denied gets no other code soon", () =>
    guarded(pairing, ({ access, codes, hear }) =>
      Effect.gen(function* () {
        yield* hear(says("eve"), says("bob"))
        expect(yield* access.deny(account, code("PASS-AAAA"))).toEqual(person("eve"))
        yield* access.deny(account, person("bob"))
        expect(yield* Effect.flip(access.deny(account, person("bob")))).toMatchObject({ reason: "NobodyAsks" })
        expect(yield* Effect.flip(access.approve(account, code("PASS-AAAA")))).toMatchObject({ reason: "UnknownCode" })
        yield* Effect.sleep("15 minutes")
        yield* hear(says("eve"))
        expect(codes("eve").length).toBe(1)
      })
    )
  )

  it.effect("who was denied can still be let in by their id", () =>
    guarded(pairing, ({ access, handled, hear }) =>
      Effect.gen(function* () {
        yield* hear(says("eve"))
        yield* access.deny(account, person("eve"))
        yield* access.approve(account, person("eve"))
        yield* hear(says("eve"))
        expect(handled.length).toBe(1)
      })
    )
  )

  const silent: ReadonlyArray<readonly [string, Event]> = [
    ["a button", { ...says("eve"), _tag: "ButtonPressed", button: "b", data: "d" }],
    ["an edit", { ...says("eve"), _tag: "MessageEdited", message: "m" }],
    ["a deletion", { ...says("eve"), _tag: "MessageDeleted", message: "m" }],
    [
      "a coming",
      { ...says("eve", group), _tag: "MembershipChanged", member: { id: "eve" }, self: true, change: "joined" }
    ],
    ["a consent", { ...says("eve"), _tag: "ConsentChanged", allowed: true }],
    ["anything else", { ...says("eve"), _tag: "PlatformEvent", name: "X", data: undefined }],
    ["what is not said to the bot", says("eve", group, { addressed: false })],
    ["another bot", says("eve", undefined, { sender: { id: "eve", bot: true } })],
    ["nobody", says("eve", undefined, { sender: { id: "" } })]
  ]

  it.effect.each(silent)("%s of a stranger is neither handled nor answered (F91)", ([, event]) =>
    guarded(pairing, ({ fake, handled, hear }) =>
      Effect.gen(function* () {
        yield* hear(event)
        expect([handled, fake.sent]).toEqual([[], []])
      })
    )
  )

  it.effect(
    "an allow list answers strangers with silence, and what it does not let in is counted by account and reason",
    () =>
      guarded({ _tag: "AllowList", people: ["root"], conversations: [] }, ({ access, fake, handled, hear }) =>
        Effect.gen(function* () {
          const counter = denied.of(account, "AllowList")
          const before = (yield* Metric.value(counter)).count
          yield* hear(says("eve"), says("eve"), says("eve"))
          expect([handled, fake.sent]).toEqual([[], []])
          expect((yield* Metric.value(counter)).count - before).toBe(3)
          const refused = yield* Effect.flip(access.approve(account, person("eve")))
          expect(refused).toMatchObject({ _tag: "AccessRefused", reason: "NotPairing" })
          expect(refused.message).toContain("set its ACCESS to pairing first")
        })
      )
  )

  it.effect(
    "where groups have a rule of their own, each is asked of what happens in it, and pairs by itself (F91)",
    () =>
      guarded({ _tag: "Apart", direct: { _tag: "Open" }, groups: pairing }, ({ access, codes, handled, hear }) =>
        Effect.gen(function* () {
          const direct = says("eve")
          yield* hear(direct, mention())
          expect([handled, codes("eve"), codes("room")]).toEqual([[direct.id], [], ["PASS-AAAA"]])
          yield* access.approve(account, code("PASS-AAAA"))
          const after = mention()
          yield* hear(after)
          expect(handled).toEqual([direct.id, after.id])
        })
      )
  )

  it.effect("an account that is not there lets nobody in", () =>
    guarded(pairing, ({ access }) =>
      Effect.gen(function* () {
        const other = accountId("fake", "other")
        expect(yield* Effect.flip(access.approve(other, person("eve")))).toMatchObject({ _tag: "UnknownAccount" })
        expect(yield* Effect.flip(access.deny(other, person("eve")))).toMatchObject({ _tag: "UnknownAccount" })
        expect(yield* Effect.flip(access.remove(other, "eve"))).toMatchObject({ _tag: "UnknownAccount" })
      })
    )
  )

  it.effect("a rule that is pairing no more forgets nobody, and heeds nobody whom it does not list", () =>
    guarded(pairing, ({ access, fake, gateway, handled, hear }) =>
      Effect.gen(function* () {
        yield* access.approve(account, person("eve"))
        yield* gateway.add({ ...fake.account, access: { _tag: "AllowList", people: ["root"], conversations: [] } })
        yield* hear(says("eve"))
        expect(handled).toEqual([])
        yield* gateway.add(fake.account)
        yield* hear(says("eve"))
        expect(handled.length).toBe(1)
        expect(fake.opened()).toBe(1)
      })
    )
  )

  it.effect("the code is told in the gateway's other language too, and where no notices are wanted in English", () =>
    Effect.gen(function* () {
      const { words } = yield* Effect.promise(() => import("../../../src/gateway/Notices.ts"))
      for (const [notices, expected] of [
        [words.zh, "PASS-AAAA 告诉机器人的管理员"],
        [undefined, "to be let in: PASS-AAAA"]
      ] as const)
        yield* guarded(
          pairing,
          ({ hear, told }) =>
            Effect.gen(function* () {
              yield* hear(says("eve"))
              expect(told("eve").join()).toContain(expected)
            }),
          { config: { notices, drainWithin: Duration.seconds(1) } }
        )
    })
  )
})
