import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { make } from "../../../../src/platforms/telegram/Send/Typing.ts"
import { asking, place, type Reaction, refused } from "./asking.ts"

const opened = (
  react: (nth: number) => Reaction | "never" = () => ({ result: true }),
  moves: Record<string, string> = {}
) => {
  const { asked, rest } = asking(react)
  const typing = make(rest, { to: (chat) => moves[chat] ?? chat })
  return { asked, typing }
}

describe("Telegram Typing", () => {
  it.effect("is shown once in four seconds and conversation, and never in a channel (F85)", () =>
    Effect.gen(function* () {
      const { asked, typing } = opened()
      const everywhere = Effect.forEach(
        [place("chat:1"), place("chat:-100/17", "group"), place("chat:-100/1", "group"), place("chat:-200", "channel")],
        typing.show
      )
      yield* everywhere
      yield* everywhere
      expect(asked.map(({ method, params }) => [method, params])).toEqual([
        ["sendChatAction", { chat_id: "1", action: "typing" }],
        ["sendChatAction", { chat_id: "-100", message_thread_id: 17, action: "typing" }],
        ["sendChatAction", { chat_id: "-100", action: "typing" }]
      ])
      yield* TestClock.adjust("3999 millis")
      yield* everywhere
      expect(asked).toHaveLength(3)
      yield* TestClock.adjust("1 millis")
      yield* everywhere
      expect(asked).toHaveLength(6)
    })
  )

  it.effect("is shown where the chat has moved to, and nowhere that is no place", () =>
    Effect.gen(function* () {
      const { asked, typing } = opened(undefined, { "-5": "-1005" })
      yield* typing.show(place("chat:-5", "group"))
      yield* typing.show(place("c2c:5"))
      expect(asked.map(({ params }) => params["chat_id"])).toEqual(["-1005"])
    })
  )

  it.effect("a failure is not told, and what Telegram asks to wait is waited (F85)", () =>
    Effect.gen(function* () {
      const { asked, typing } = opened((nth) =>
        nth === 1
          ? refused(429, "Too Many Requests: retry after 30", { retryAfter: 30_000 })
          : refused(403, "Forbidden: no")
      )
      yield* typing.show(place("chat:1"))
      yield* TestClock.adjust("29 seconds")
      yield* typing.show(place("chat:1"))
      expect(asked).toHaveLength(1)
      yield* typing.show(place("chat:2"))
      yield* TestClock.adjust("1 second")
      yield* typing.show(place("chat:1"))
      expect(asked).toHaveLength(3)
    })
  )

  it.effect("a topic of a chat that has too much shows nothing either (F85)", () =>
    Effect.gen(function* () {
      const { asked, typing } = opened(() => refused(429, "Too Many Requests: retry after 30", { retryAfter: 30_000 }))
      yield* typing.show(place("chat:-100/17", "group"))
      yield* typing.show(place("chat:-100/18", "group"))
      yield* TestClock.adjust("29 seconds")
      yield* typing.show(place("chat:-100", "group"))
      expect(asked).toHaveLength(1)
      yield* TestClock.adjust("1 second")
      yield* typing.show(place("chat:-100", "group"))
      expect(asked).toHaveLength(2)
    })
  )

  it.effect("is left out while the chat has too much (F85)", () =>
    Effect.gen(function* () {
      const { asked, typing } = opened()
      yield* typing.hush("1", 60_000)
      yield* typing.hush("1", 1000)
      yield* TestClock.adjust("59 seconds")
      yield* typing.show(place("chat:1"))
      yield* typing.show(place("chat:2"))
      expect(asked.map(({ params }) => params["chat_id"])).toEqual(["2"])
      yield* TestClock.adjust("1 second")
      yield* typing.show(place("chat:1"))
      expect(asked).toHaveLength(2)
    })
  )

  it.effect("a call is given up when it would show nothing any more", () =>
    Effect.gen(function* () {
      const { asked, typing } = opened(() => "never")
      const fiber = yield* Effect.fork(typing.show(place("chat:1")))
      yield* Effect.yieldNow()
      expect(asked[0]?.options.within).toMatchObject({ value: { millis: 4000 } })
      yield* Fiber.interrupt(fiber)
    })
  )
})
