import { describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect } from "vitest"
import type { Event } from "../../src/domain/Event.ts"
import * as Echo from "../../src/handler/Echo.ts"
import { about, joined, pressed, written } from "./events.ts"

const replies = (event: Event) => Effect.map(Stream.runCollect(Echo.handler(event)), Chunk.toReadonlyArray)

describe("Echo", () => {
  it.effect("says back what it was told, letter for letter", () =>
    Effect.gen(function* () {
      expect(yield* replies(written(" *hello* "))).toEqual([{ text: " *hello* ", format: "plain" }])
    })
  )

  it.effect("says back what the pressed button holds", () =>
    Effect.gen(function* () {
      expect(yield* replies(pressed("yes"))).toEqual([{ text: "yes", format: "plain" }])
    })
  )

  it.effect.each<Event>([
    written(""),
    written(" \n"),
    { _tag: "MessageDeleted", ...about, message: "m1" },
    { _tag: "ConsentChanged", ...about, allowed: true },
    { _tag: "PlatformEvent", ...about, name: "FRIEND_ADD", data: {} },
    joined
  ])("keeps quiet about $_tag without words", (event) =>
    Effect.gen(function* () {
      expect(yield* replies(event)).toEqual([])
    })
  )
})
