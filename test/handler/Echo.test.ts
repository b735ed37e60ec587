import { describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect } from "vitest"
import { accountId } from "../../src/domain/Address.ts"
import type { Event } from "../../src/domain/Event.ts"
import * as Echo from "../../src/handler/Echo.ts"

const about = {
  id: "e1",
  conversation: { account: accountId("qq", "main"), kind: "direct", id: "c2c:1" },
  sender: { id: "someone" },
  at: 0
} as const

const said = (text: string): Event => ({
  _tag: "MessageReceived",
  ...about,
  text,
  addressed: true,
  attachments: [],
  mentions: []
})

const replies = (event: Event) => Effect.map(Stream.runCollect(Echo.handler(event)), Chunk.toReadonlyArray)

describe("Echo", () => {
  it.effect("says back what it was told, letter for letter", () =>
    Effect.gen(function* () {
      expect(yield* replies(said(" *hello* "))).toEqual([{ text: " *hello* ", format: "plain" }])
    })
  )

  it.effect("says back what the pressed button holds", () =>
    Effect.gen(function* () {
      const pressed = replies({ _tag: "ButtonPressed", ...about, button: "b", data: "yes" })
      expect(yield* pressed).toEqual([{ text: "yes", format: "plain" }])
    })
  )

  it.effect.each<Event>([
    said(""),
    said(" \n"),
    { _tag: "MessageDeleted", ...about, message: "m1" },
    { _tag: "ConsentChanged", ...about, allowed: true },
    { _tag: "PlatformEvent", ...about, name: "FRIEND_ADD", data: {} },
    { _tag: "MembershipChanged", ...about, member: { id: "x" }, self: true, change: "joined" }
  ])("keeps quiet about $_tag without words", (event) =>
    Effect.gen(function* () {
      expect(yield* replies(event)).toEqual([])
    })
  )
})
