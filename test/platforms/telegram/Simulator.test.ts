import { describe, expect, it } from "@effect/vitest"
import { Cause, Chunk, Effect, Exit, Fiber, Stream, TestClock } from "effect"
import { record } from "../../../src/adapter/Fields.ts"
import * as Raw from "./Simulator/RawClient.ts"

describe("what a person says", () => {
  const arrivals: ReadonlyArray<readonly [string, string, object]> = [
    [
      "chat:7001",
      "message",
      { chat: { id: 7001, type: "private", first_name: "Person 7001" }, from: { id: 7001, is_bot: false } }
    ],
    ["7001", "message", { chat: { id: 7001 }, from: { id: 7001 } }],
    ["chat:-5", "message", { chat: { id: -5, type: "group", title: "Group -5" }, from: { id: 7001 } }],
    ["chat:-1001900000001", "message", { chat: { id: -1_001_900_000_001, type: "supergroup" }, from: { id: 7001 } }],
    [
      "chat:-1001900000001/17",
      "message",
      { chat: { is_forum: true }, message_thread_id: 17, is_topic_message: true, message_id: 18 }
    ]
  ]
  it.scoped.each(arrivals)("in %s arrives as Telegram sends it", ([conversation, kind, message]) =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_790_000_000_999)
        const id = yield* simulator.hear({ conversation, text: "/status@demo_bot now" })
        const [update] = yield* Raw.poll()
        expect(update).toMatchObject({
          [kind]: {
            ...message,
            message_id: Number(id),
            date: 1_790_000_000,
            text: "/status@demo_bot now",
            entities: [{ type: "bot_command", offset: 0, length: 16 }]
          }
        })
      })
    )
  )

  it.scoped("in a channel is a post of nobody's, and changed it is a post that is edited", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const conversation = "chat:-1001900000002"
        const message = yield* simulator.hear({ conversation, text: "news", chatType: "channel" })
        yield* simulator.edit({ conversation, message, text: "old news" })
        const [post, edited] = yield* Raw.poll()
        expect(post).toMatchObject({ channel_post: { text: "news", chat: { type: "channel" } } })
        expect(post).not.toHaveProperty("channel_post.from")
        expect(edited).toMatchObject({ edited_channel_post: { text: "old news" } })
        yield* simulator.leave({ conversation })
        expect(yield* Raw.refused("sendMessage", { chat_id: -1_001_900_000_002, text: "x" })).toBe(
          "Forbidden: bot is not a member of the channel chat"
        )
      })
    )
  )

  it.scoped("is a message of its own in each bot's private chat, and one and the same in a group", () =>
    Raw.withSimulator({ bots: [Raw.firstBot, Raw.otherBot] }, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.hear({ conversation: "chat:7001", text: "x", account: Raw.otherBot.id })
        yield* simulator.hear({ conversation: "chat:7001", text: "both" })
        yield* simulator.hear({ conversation: "chat:-5", text: "all" })
        const ids = (of: string) =>
          Effect.map(Raw.poll({}, of), (updates) => updates.map(({ message }) => record(message)["message_id"]))
        expect(yield* ids(Raw.token)).toEqual([1, 1])
        expect(yield* ids(Raw.tokenOf(Raw.otherBot))).toEqual([1, 2, 1])
      })
    )
  )

  it.scoped("in a group reaches a bot with privacy only where it is meant", () =>
    Raw.withSimulator({ bots: [{ ...Raw.firstBot, readsAll: false }] }, (simulator) =>
      Effect.gen(function* () {
        const hear = (text: string, replyTo?: string) =>
          simulator.hear({ conversation: "chat:-5", text, ...(replyTo === undefined ? {} : { replyTo }) })
        yield* hear("chatter")
        yield* hear("/help")
        yield* hear("/help@other_bot")
        yield* hear("ask @Demo_bot")
        const said = yield* Raw.sent("sendMessage", { chat_id: -5, text: "x" })
        yield* hear("thanks", String(said["message_id"]))
        expect(yield* Raw.texts()).toEqual(["/help", "ask @Demo_bot", "thanks"])
      })
    )
  )

  it.scoped("in a group that the bot was sent away from is not for it", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const hear = (text: string) => simulator.hear({ conversation: "chat:-5", text })
        yield* hear("one")
        yield* simulator.fault({ _tag: "Kicked", chat: "chat:-5" })
        yield* hear("two")
        yield* simulator.heal
        yield* hear("three")
        expect(yield* Raw.texts()).toEqual(["one", "three"])
      })
    )
  )

  it.scoped("is kept by the platform, the newest 10 000 of a chat", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        for (let text = 0; text < 10_001; text++) yield* Raw.say(simulator, String(text))
        const messages = yield* simulator.messages("chat:7001")
        expect([messages.length, messages[0]?.["text"]]).toEqual([10_000, "1"])
      })
    )
  )

  it.scoped("nowhere that Telegram knows is a mistake of the one who says it", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.map(Effect.exit(simulator.hear({ conversation: "c2c:U1", text: "x" })), (exit) =>
        expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain("chat:<id>")
      )
    )
  )
})

describe("comings and goings", () => {
  it.scoped("of the bot are told as they are in private and in groups", () =>
    Raw.withSimulator({ conversations: ["chat:7001"] }, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.leave({ conversation: "chat:7001" })
        yield* simulator.join({ conversation: "chat:7001" })
        yield* simulator.join({ conversation: "chat:-5" })
        yield* simulator.leave({ conversation: "chat:-5" })
        const updates = yield* Raw.poll()
        const moved = updates.map((update) =>
          record(Object.entries(update).find(([name]) => name === "my_chat_member")?.[1])
        )
        expect(
          moved.map((change) =>
            [change["old_chat_member"], change["new_chat_member"]].map((one) => record(one)["status"])
          )
        ).toEqual([
          ["member", "kicked"],
          ["kicked", "member"],
          ["left", "member"],
          ["member", "left"]
        ])
        expect(moved[0]).toMatchObject({ chat: { id: 7001 }, new_chat_member: { user: { username: "demo_bot" } } })
      })
    )
  )

  it.scoped("of people are said in the group, and told apart to who asks for that", () =>
    Raw.withSimulator({ slowRepeats: false }, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.join({ conversation: "chat:-5", user: "9" })
        yield* Raw.poll({ allowed_updates: ["message", "chat_member"] })
        yield* simulator.leave({ conversation: "chat:-5", user: "9" })
        expect(yield* Raw.poll()).toMatchObject([
          { message: { new_chat_members: [{ id: 9 }] } },
          { message: { left_chat_member: { id: 9 } } },
          { chat_member: { new_chat_member: { user: { id: 9 }, status: "left" } } }
        ])
      })
    )
  )
})

describe("the control surface", () => {
  it.scoped("tells what the bot says while it says it", () =>
    Raw.withSimulator({ conversations: ["chat:7001"] }, (simulator) =>
      Effect.gen(function* () {
        const heard = yield* Raw.begun(Stream.runCollect(Stream.take(simulator.saying, 2)))
        for (const text of ["one", "two"]) yield* Raw.call("sendMessage", { chat_id: 7001, text })
        const said = Chunk.toReadonlyArray(yield* Fiber.join(heard))
        expect(said.map(({ text }) => text)).toEqual(["one", "two"])
        expect(said).toEqual(yield* simulator.said)
      })
    )
  )

  it.scoped("gives a bot any update, as it is", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.dispatch("poll", { id: "1" })
        yield* simulator.dispatch("what_nobody_knows", { id: "2" })
        expect(yield* Raw.poll()).toMatchObject([{ poll: { id: "1" } }, { what_nobody_knows: { id: "2" } }])
      })
    )
  )

  it.scoped("counts what bots call", () =>
    Raw.withSimulator({ conversations: ["chat:7001"] }, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.call("getMe")
        for (const offset of [1, 2]) yield* Raw.call("getUpdates", { offset })
        yield* Raw.call("sendMessage", { chat_id: 7001, text: "x" })
        expect(yield* simulator.counts()).toEqual({ probes: 1, polls: 2, sends: 1 })
        expect(yield* simulator.counts("1")).toEqual({ probes: 0, polls: 0, sends: 0 })
      })
    )
  )
})
