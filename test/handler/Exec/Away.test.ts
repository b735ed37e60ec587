import { describe, expect, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { received } from "../../../src/adapter/Signal.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { words } from "../../../src/gateway/Notices.ts"
import * as Exec from "../../../src/handler/Exec.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { gateway, jumping, settle } from "../../gateway/stage.ts"
import { served } from "../downloads.ts"
import * as Actor from "./actor.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]

describe("a gateway whose program does not run", () => {
  it.effect("has messages wait for it however long, tells who waits so once, and has all of them answered (F86)", () =>
    Effect.gen(function* () {
      const { layer, lives, stage } = yield* Actor.make
      stage.missing = true
      const bot = Exec.make({ command: { file: "bot", args: [] }, name: "bot", mode: "ndjson" })
      const handler = served(yield* Effect.provide(bot, layer))
      const fake = FakeAdapter.make({ greeting })
      const people = ["ann", "bob"]
      const told = () => fake.sent.map(({ content, conversation }) => `${conversation.id} ${content.text}`).toSorted()
      yield* Effect.gen(function* () {
        yield* settle
        yield* fake.emit(...people.map((who) => received(FakeAdapter.said(fake.account.id, who, who, "hello"))))
        yield* Effect.sleep("30 minutes")
        expect(told()).toEqual(people.map((who) => `${who} ${words.en.waiting}`))
        const { handlers } = yield* Gateway
        expect(yield* handlers).toMatchObject([{ handler: "bot", state: "failing", cause: "there is no program bot" }])
        stage.missing = false
        yield* Effect.sleep("1 minute")
        const life = Option.getOrThrow(Option.fromNullable(lives[0]))
        for (const { event, id } of life.given) yield* life.says({ id, text: `you said ${event?.text}`, done: true })
        yield* Effect.sleep("1 minute")
        expect(told()).toEqual(people.flatMap((who) => [`${who} ${words.en.waiting}`, `${who} you said hello`]))
        expect(yield* handlers).toMatchObject([{ state: "working" }])
      }).pipe(Effect.provide(gateway([fake], { handler })))
    }).pipe(jumping)
  )
})
