import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, Effect, FastCheck, Schema } from "effect"
import type { AccessRule, Rule } from "../../../src/adapter/AccessRule.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import { Event } from "../../../src/domain/Event.ts"
import * as Door from "../../../src/gateway/Access/Door.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { account, pairing, says, withCodes } from "./strangers.ts"

/** A few names, so that what is listed is often met, and often nearly. */
const names = FastCheck.constantFrom("", "ann", "an", "annie", "room", "room/1", "room/12", "roo", "/", "room/")
const list = FastCheck.array(names)
const rule: FastCheck.Arbitrary<Rule> = FastCheck.oneof(
  FastCheck.constant({ _tag: "Open" } as const),
  FastCheck.constant({ _tag: "Closed", remedy: "open it" } as const),
  FastCheck.constant({ _tag: "Own", admits: ({ sender }: Event) => sender.id === "ann" } as const),
  FastCheck.record({
    _tag: FastCheck.constantFrom("AllowList" as const, "Pairing" as const),
    people: list,
    conversations: list
  })
)
const rules: FastCheck.Arbitrary<AccessRule> = FastCheck.oneof(
  rule,
  FastCheck.record({ _tag: FastCheck.constant("Apart" as const), direct: rule, groups: rule })
)
const happened = (event: Event, who: string, where: string): Event => ({
  ...event,
  sender: { id: who },
  conversation: { account, kind: event.conversation.kind, id: where === "" ? "x" : where }
})
const events = FastCheck.tuple(Arbitrary.make(Event), names, names).map((drawn) => happened(...drawn))

/** Word for word what the README promises. */
const heard = (access: AccessRule, { conversation, sender }: Event): boolean => {
  const rule = access._tag !== "Apart" ? access : conversation.kind === "direct" ? access.direct : access.groups
  if (rule._tag === "Open") return true
  if (rule._tag === "Closed") return false
  if (rule._tag === "Own") return sender.id === "ann"
  const inside = conversation.id.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"))
  const person = sender.id !== "" && rule.people.includes(sender.id)
  return person || inside.some((place) => place !== "" && rule.conversations.includes(place))
}

const behind = (rule: AccessRule, formerly: Door.DoorOptions["formerly"] = () => undefined) =>
  Effect.gen(function* () {
    const kept: Array<Event> = []
    const denied: Array<Event> = []
    const door = yield* Door.make(
      {
        account,
        notices: words.en,
        keep: (events) => Effect.sync(() => kept.push(...events)),
        passages: { denied: (_, events) => void denied.push(...events) },
        answer: () => Effect.succeed(true),
        formerly
      },
      rule
    )
    return { kept, denied, door }
  }).pipe(Effect.provide(ResumeStore.layerMemory), withCodes)

describe("Door", () => {
  it("keeps of any events, under any rule, those that it lets in, in their order, and tells of all others (F91)", () => {
    FastCheck.assert(
      FastCheck.property(rules, FastCheck.array(events), (rule, all) => {
        const { denied, kept } = Effect.runSync(
          Effect.gen(function* () {
            const stage = yield* behind(rule)
            yield* stage.door.enter(all)
            return stage
          })
        )
        expect(kept).toEqual(all.filter((event) => heard(rule, event)))
        expect(all.filter((event) => denied.includes(event))).toEqual(all.filter((event) => !heard(rule, event)))
      }),
      { numRuns: 100 }
    )
  })

  it.effect("takes over another rule for what comes next, and for what came in before (F91)", () =>
    Effect.gen(function* () {
      const { door, kept } = yield* behind({ _tag: "Open" })
      const before = says("eve")
      yield* door.enter([before])
      expect(door.denial(before)).toBe(undefined)
      yield* door.obey({ _tag: "AllowList", people: ["root"], conversations: [] })
      expect(door.denial(before)).toBe("AllowList")
      yield* door.enter([says("eve")])
      expect(kept).toEqual([before])
      yield* door.obey({ _tag: "Closed", remedy: "open it" })
      expect(door.denial(says("root"))).toBe("Closed")
    })
  )

  it.effect("lets in a group under the id that it had before, and no group that only says it was another", () =>
    Effect.gen(function* () {
      const before = (id: string) => (id === "new/7" || id === "new" ? "old" : id === "else" ? "other" : undefined)
      const { door, kept } = yield* behind({ _tag: "AllowList", people: [], conversations: ["old"] }, before)
      const [moved, topic] = ["new", "new/7"].map((id) => says("eve", { kind: "group", id }))
      const [other, direct] = [says("eve", { kind: "group", id: "else" }), says("eve")]
      yield* door.enter([moved, topic, other, direct].flatMap((event) => event ?? []))
      expect(kept).toEqual([moved, topic])
    })
  )

  it.effect("keeps what is let in before anybody else is answered", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const door = yield* Door.make(
        {
          account,
          notices: words.en,
          keep: () => Effect.sync(() => order.push("kept")),
          passages: { denied: () => void order.push("denied") },
          answer: () => Effect.sync(() => order.push("answered") > 0),
          formerly: () => undefined
        },
        pairing
      )
      yield* door.enter([says("eve"), says("root"), says("bob")])
      expect(order).toEqual(["kept", "answered", "answered", "denied"])
    }).pipe(Effect.provide(ResumeStore.layerMemory), withCodes)
  )

  it("every kind of event is among those that are drawn (F91)", () => {
    const drawn = new Set(FastCheck.sample(events, 200).map(({ _tag }) => _tag))
    expect(drawn.size).toBe(Event.members.length)
    expect(FastCheck.sample(events, 20).every(Schema.is(Event))).toBe(true)
  })
})
