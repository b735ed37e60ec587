import { describe, expect, it } from "@effect/vitest"
import { type Context, Effect, Fiber, Stream } from "effect"
import { DownloadFailed } from "../../../src/adapter/AdapterError.ts"
import type { Event } from "../../../src/domain/Event.ts"
import type { Downloads } from "../../../src/handler/Downloads.ts"
import { about } from "../events.ts"
import { asked, failure, opened, text, turn } from "./kept.ts"

describe("a program that is kept, and wants what came along", () => {
  const letters = (size: number) => new TextEncoder().encode("x".repeat(size))
  const seen: Event = {
    ...about,
    _tag: "MessageReceived",
    text: "look",
    addressed: true,
    mentions: [],
    attachments: ["cat", "gone", "huge", "slow"].map((url) => ({ kind: "image", url }))
  }
  const fetching = (log: Array<string>): Context.Tag.Service<Downloads> => ({
    fetch: (account, { url }) => {
      log.push(url)
      if (url === "gone") return Stream.fail(new DownloadFailed({ account, cause: "it is gone", retryable: false }))
      if (url === "slow")
        return Stream.ensuring(
          Stream.never,
          Effect.sync(() => void log.push("given up"))
        )
      return url === "huge" ? Stream.forever(Stream.make(letters(1_000_000))) : Stream.make(letters(1), letters(2))
    }
  })

  it.scoped("is handed it in base64, or told why not, and goes on with its answer", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened({}, fetching([]))
      const answer = yield* asked(handler, seen)
      const bot = yield* life(0)
      for (const fetch of [0, 1, 2, 9]) {
        yield* bot.says({ id: 1, fetch })
        yield* turn(0)
      }
      expect(bot.given.slice(1)).toEqual([
        { id: 1, fetched: 0, base64: "eHh4" },
        { id: 1, fetched: 1, error: "it is gone" },
        { id: 1, fetched: 2, error: "it is larger than 10 MB" },
        { id: 1, fetched: 9, error: "nothing came along at that place" }
      ])
      yield* bot.says({ id: 1, text: "a cat", done: true })
      expect(yield* Fiber.join(answer)).toEqual([text("a cat")])
    })
  )

  it.scoped("is handed each once at a time, for as long as it may answer and no longer", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const { handler, life } = yield* opened({}, fetching(log))
      const answer = yield* asked(handler, seen)
      const bot = yield* life(0)
      for (let times = 0; times < 50; times++) yield* bot.says({ id: 1, fetch: 3 })
      yield* turn(0)
      expect(log).toEqual(["slow"])
      yield* bot.says({ id: 1, text: "I do not see it", done: true })
      yield* turn(0)
      expect(yield* Fiber.join(answer)).toEqual([text("I do not see it")])
      expect(log).toEqual(["slow", "given up"])
      // an answer that is over wants nothing
      yield* bot.says({ id: 1, fetch: 0 })
      yield* turn(0)
      expect(bot.given).toHaveLength(1)
    })
  )

  it.scoped("may not ask without end", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened({ output: 1000 }, fetching([]))
      const answer = yield* asked(handler, seen)
      const bot = yield* life(0)
      for (let times = 0; times < 60; times++) yield* bot.says({ id: 1, fetch: 0 })
      yield* turn(0)
      expect(yield* failure(answer)).toMatchObject({ cause: "bot wrote more than 1000 bytes in answer to one event" })
      expect(bot.over).toBe(false)
    })
  )
})
