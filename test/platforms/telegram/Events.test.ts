import { describe, expect, it } from "@effect/vitest"
import { FastCheck, Schema } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { isRecord } from "../../../src/adapter/Fields.ts"
import * as Plain from "../../../src/delivery/Plain.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { Event, type MessageReceived } from "../../../src/domain/Event.ts"
import { albumOf, join, placeOf, toEvent } from "../../../src/platforms/telegram/Events.ts"
import { type Update, updates } from "../../../src/platforms/telegram/Protocol.ts"

const self = { account: accountId("telegram", "main"), id: "5001", username: "gate_bot" }
const arrived = 1_790_000_500_000
const at = 1_790_000_000_000
const folder = new URL("./samples/", import.meta.url)
const samples = readdirSync(folder).map((file) => file.replace(".json", ""))
const updateOf = (name: string): Update => {
  const [update] = updates([JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"))])
  if (update === undefined) throw new Error(`${name} is no update`)
  return update
}
const sample = (name: string) => toEvent(updateOf(name), self, arrived)
const altered = (name: string, fields: object) => {
  const update = updateOf(name)
  return toEvent({ ...update, payload: { ...update.payload, ...fields } }, self, arrived)
}
const received = (name: string): MessageReceived => {
  const event = sample(name)
  if (event?._tag !== "MessageReceived") throw new Error(`${name} is no message`)
  return event
}

const place = (kind: string, id: string) => ({ account: "telegram:main", kind, id })
const ops = "-1001900000001"
const ada = { id: "7001", name: "Ada Byron", bot: false }
const bob = { id: "7002", name: "Bob", bot: false }
const gate = { id: "5001", name: "Gate", bot: true }
const inTopic = place("group", `chat:${ops}/17`)
const file = (kind: string, id: string, mediaType: string, more: object) => ({
  kind,
  url: `telegram:${id}`,
  mediaType,
  ...more
})

/** What each sample means; a sample that stands here under `undefined` is no event for a handler. */
const meanings: Readonly<Record<string, object | undefined>> = {
  "message-private": {
    _tag: "MessageReceived",
    id: "7001:51",
    conversation: place("direct", "chat:7001"),
    sender: ada,
    at,
    anchor: "51",
    text: "hello",
    addressed: true,
    attachments: [],
    mentions: []
  },
  "message-mention": {
    id: `${ops}:52`,
    conversation: place("group", `chat:${ops}`),
    text: "👋🏽 hi, @bob and Bob",
    addressed: true,
    mentions: [
      { person: { id: "5001", name: "Gate_Bot", bot: true }, self: true, everyone: false },
      { person: { id: "@bob", name: "bob" }, self: false, everyone: false },
      { person: bob, self: false, everyone: false }
    ]
  },
  "message-text-mention": {
    text: "is Gate there?",
    addressed: true,
    mentions: [{ person: gate, self: true, everyone: false }]
  },
  "message-command": { text: "/status now", addressed: true, mentions: [] },
  "message-command-bare": { text: "/status now", addressed: true },
  "message-command-other": { text: "/status@other_bot, see /tmp", addressed: false },
  "message-overheard": { _tag: "MessageReceived", addressed: false },
  "message-topic": { conversation: inTopic, id: `${ops}:61`, anchor: "61", text: "in a topic", addressed: false },
  "message-topic-reply": {
    conversation: inTopic,
    addressed: true,
    quote: { id: "60", text: "deployed", attachments: [] }
  },
  "message-general-topic": { conversation: place("group", `chat:${ops}`), text: "in no topic" },
  "message-reply-thread": {
    conversation: place("group", `chat:${ops}`),
    addressed: false,
    quote: { id: "40", text: "earlier" }
  },
  "message-reply-quote": {
    text: "this one",
    quote: {
      id: "44",
      text: "one picture",
      attachments: [file("image", "AgQuoted", "image/jpeg", { size: 900, width: 90, height: 60 })]
    }
  },
  "message-external-reply": {
    text: "have you seen it?",
    addressed: false,
    quote: {
      text: "the plan",
      attachments: [file("file", "BQExternal", "application/pdf", { name: "plan.pdf", size: 1234 })]
    }
  },
  "message-photo": {
    text: "what is this?",
    attachments: [file("image", "AgLarge", "image/jpeg", { size: 99000, width: 1280, height: 960 })]
  },
  "message-document": {
    text: "",
    attachments: [file("file", "BQDoc", "application/pdf", { name: "report.pdf", size: 120000 })]
  },
  "message-voice": { attachments: [file("voice", "AwVoice", "audio/ogg", { size: 9000 })] },
  "message-audio": { attachments: [file("voice", "CQAudio", "audio/mpeg", { name: "tune.mp3", size: 4000000 })] },
  "message-video": {
    attachments: [file("video", "BAVideo", "video/mp4", { name: "clip.mp4", size: 800000, width: 640, height: 360 })]
  },
  "message-video-note": { attachments: [file("video", "DQNote", "video/mp4", { size: 400000 })] },
  "message-animation": {
    attachments: [file("video", "CgAnim", "video/mp4", { name: "wave.gif.mp4", size: 30000, width: 200, height: 200 })]
  },
  "message-sticker": {
    text: "👍",
    attachments: [file("image", "CASticker", "image/webp", { size: 20000, width: 512, height: 512 })]
  },
  "message-sticker-animated": {
    text: "🎉",
    attachments: [{ kind: "image", url: "telegram:AAStill", size: 4000, width: 128, height: 128 }]
  },
  "message-album-1": { id: `${ops}:81`, text: "", attachments: [{ url: "telegram:AgOne" }], addressed: false },
  "message-album-2": { id: `${ops}:82`, text: "compare", attachments: [{ url: "telegram:AgTwo" }], addressed: true },
  "message-location": { _tag: "MessageReceived", text: "[location 59.9311, 30.3609]" },
  "message-venue": { text: "[location 59.94, 30.31: Hermitage, Palace Square, 2]" },
  "message-contact": { text: "[contact Charles Babbage, +441234567]" },
  "message-poll": { _tag: "MessageReceived", text: "[poll] Lunch?\n• yes\n• no" },
  "message-dice": { text: "🎲 4" },
  "message-anonymous": { sender: { id: ops, name: "ops" }, text: "as the group" },
  "message-own": undefined,
  "message-scheduled": {
    _tag: "MessageReceived",
    id: expect.stringMatching(/^message:7001:1790000000:\d+$/),
    text: "not yet"
  },
  "message-joined": {
    _tag: "MembershipChanged",
    id: "member:-4001:7002:in:1790000000",
    conversation: place("group", "chat:-4001"),
    sender: ada,
    anchor: "91",
    member: bob,
    self: false,
    change: "joined"
  },
  "message-joined-several": { _tag: "PlatformEvent", id: "-4001:92", name: "new_chat_members", anchor: "92" },
  "message-joined-own": undefined,
  "message-left": { _tag: "MembershipChanged", id: "member:-4001:7002:out:1790000000", member: bob, change: "left" },
  "message-migrated": {
    _tag: "PlatformEvent",
    id: "-4001:95",
    name: "migrate_to_chat_id",
    data: { migrate_to_chat_id: -1001900000003 }
  },
  "message-pinned": { _tag: "PlatformEvent", name: "pinned_message", sender: ada },
  "message-topic-created": undefined,
  "channel-post": {
    _tag: "MessageReceived",
    id: "-1001900000002:11",
    conversation: place("channel", "chat:-1001900000002"),
    sender: { id: "-1001900000002", name: "News" },
    text: "today",
    addressed: false
  },
  "edited-message": {
    _tag: "MessageEdited",
    id: "7001:51:1790000030",
    message: "7001:51",
    anchor: "51",
    at: at + 30_000,
    text: "hello!",
    addressed: true
  },
  "edited-caption": {
    _tag: "MessageEdited",
    id: `${ops}:53:1790000040`,
    text: "and this, @gate_bot?",
    addressed: true,
    attachments: [{ url: "telegram:AgLarge" }]
  },
  "edited-channel-post": { _tag: "MessageEdited", message: "-1001900000002:11", text: "tomorrow" },
  "callback-query": {
    _tag: "ButtonPressed",
    id: "callback:4382bfdwdsb323b2d9",
    conversation: inTopic,
    sender: ada,
    at: arrived,
    anchor: "60",
    button: "approve:42",
    data: "approve:42",
    message: "60"
  },
  "callback-query-inaccessible": {
    _tag: "ButtonPressed",
    conversation: place("group", `chat:${ops}`),
    anchor: "3",
    message: "3",
    at: arrived
  },
  "callback-query-inline": {
    _tag: "ButtonPressed",
    conversation: place("direct", "chat:7001"),
    data: "inline",
    message: "AgAAAx"
  },
  "callback-query-game": { _tag: "ButtonPressed", button: "tetris", conversation: place("direct", "chat:7001") },
  "my-chat-member-blocked": {
    _tag: "ConsentChanged",
    id: "member:7001:5001:out:1790000000",
    conversation: place("direct", "chat:7001"),
    sender: ada,
    allowed: false
  },
  "my-chat-member-unblocked": { _tag: "ConsentChanged", allowed: true },
  "my-chat-member-added": {
    _tag: "MembershipChanged",
    conversation: place("group", "chat:-4001"),
    sender: ada,
    member: gate,
    self: true,
    change: "joined"
  },
  "my-chat-member-removed": { _tag: "MembershipChanged", self: true, change: "left" },
  "my-chat-member-promoted": { _tag: "PlatformEvent", name: "my_chat_member", sender: ada },
  "chat-member-joined": {
    _tag: "MembershipChanged",
    id: "member:-4001:7002:in:1790000000",
    sender: ada,
    member: bob,
    self: false,
    change: "joined"
  },
  "chat-member-left": { _tag: "MembershipChanged", sender: bob, member: bob, change: "left" },
  "chat-member-restricted-outside": { _tag: "PlatformEvent", name: "chat_member" },
  "message-reaction": { _tag: "PlatformEvent", name: "message_reaction", sender: ada, at },
  "poll-answer": { _tag: "PlatformEvent", conversation: place("direct", "chat:7001"), data: { option_ids: [0] } },
  poll: { _tag: "PlatformEvent", name: "poll", conversation: place("direct", "bot") },
  "business-message": { _tag: "PlatformEvent", name: "business_message", sender: bob },
  "guest-message": { _tag: "PlatformEvent", name: "guest_message", conversation: place("group", `chat:${ops}`) },
  "unknown-kind": { _tag: "PlatformEvent", name: "hologram", sender: ada, at, data: { shape: "cube" } },
  "unknown-empty": undefined
}

const decode = Schema.decodeUnknownSync(Event)

describe("Telegram Events", () => {
  it("every sample has its meaning here", () => {
    expect(samples.toSorted()).toEqual(Object.keys(meanings).toSorted())
  })

  it.each(Object.entries(meanings))("%s means what it says, and is kept as it is", (name, meaning) => {
    const event = sample(name)
    if (meaning === undefined) return expect(event).toBeUndefined()
    expect(event).toMatchObject(meaning)
    expect(decode(JSON.parse(JSON.stringify(event)))).toEqual(event)
  })

  it.each(["message-private", "message-mention", "message-text-mention", "message-topic"])(
    "%s, words without anything else, is kept without the cost of its schema",
    (name) => {
      const event = sample(name)
      expect(event !== undefined && Plain.event(event)).toBe(true)
    }
  )

  it("nothing that Telegram could send makes it throw, or makes an event that is none", () => {
    const kinds = [...new Set(samples.map((name) => updateOf(name).kind))]
    const fields = [...new Set(samples.flatMap((name) => Object.keys(updateOf(name).payload)))]
    const inner = ["id", "type", "offset", "length", "user", "file_id", "status", "text", "message_id", "username"]
    const value = FastCheck.letrec((tie) => ({
      any: FastCheck.oneof(
        { depthSize: "small" },
        FastCheck.constantFrom<unknown>(5001, "5001", "private", "mention", "bot_command", "text_mention", "@gate_bot"),
        FastCheck.jsonValue(),
        FastCheck.array(tie("any"), { maxLength: 3 }),
        FastCheck.dictionary(FastCheck.constantFrom(...inner), tie("any"))
      )
    })).any
    const payload = FastCheck.dictionary(FastCheck.constantFrom(...fields), value)
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom(...kinds), payload, (kind, payload) => {
        const event = toEvent({ id: 1, kind, payload }, self, arrived)
        albumOf({ id: 1, kind, payload })
        return event === undefined || Schema.is(Event)(JSON.parse(JSON.stringify(event)))
      }),
      { numRuns: 3000 }
    )
  })

  it("any part of a sample may be missing or wrong", () => {
    const broken = FastCheck.record({
      name: FastCheck.constantFrom(...samples),
      spoilt: FastCheck.dictionary(FastCheck.nat(40).map(String), FastCheck.jsonValue())
    })
    FastCheck.assert(
      FastCheck.property(broken, ({ name, spoilt }) => {
        let index = 0
        const update = updateOf(name)
        const payload: unknown = JSON.parse(JSON.stringify(update.payload), (_, value: unknown) => {
          const other = spoilt[String(index++)]
          return other === undefined ? value : other
        })
        if (!isRecord(payload)) return true
        const event = toEvent({ ...update, payload }, self, arrived)
        return event === undefined || Schema.is(Event)(JSON.parse(JSON.stringify(event)))
      }),
      { numRuns: 2000 }
    )
  })

  it("ids that start lower after a quiet week name the same events (F75)", () => {
    const named = samples.filter((name) => /^(?:message|channel|edited|callback|chat-member)/.test(name))
    for (const name of named.filter((name) => name !== "message-reaction" && name !== "message-scheduled")) {
      const update = updateOf(name)
      if (toEvent(update, self, arrived)?._tag === "PlatformEvent" && update.kind === "chat_member") continue
      expect(toEvent({ ...update, id: 3 }, self, arrived + 1)?.id, name).toBe(sample(name)?.id)
    }
  })

  it("what carries no name of its own is told apart by its update: a vote taken back and given again is heard twice", () => {
    const update = updateOf("poll-answer")
    const ids = [7, 8, 7].map((id) => toEvent({ ...update, id }, self, arrived)?.id)
    expect(ids[0]).not.toBe(ids[1])
    expect(ids[0]).toBe(ids[2])
  })

  it("a coming that two updates tell of is one event (F75)", () => {
    expect(sample("message-joined")?.id).toBe(sample("chat-member-joined")?.id)
  })

  it("who is thrown out, or changes their mind, within the second of coming in is heard to go", () => {
    const ids = (names: ReadonlyArray<string>) => new Set(names.map((name) => sample(name)?.id)).size
    expect(ids(["message-joined", "message-left"])).toBe(2)
    expect(ids(["chat-member-joined", "chat-member-left"])).toBe(2)
    expect(ids(["my-chat-member-blocked", "my-chat-member-unblocked"])).toBe(2)
  })

  it("one message edited twice is two events, and one edit told twice is one", () => {
    const ids = [1, 2, 2].map((edit_date) => altered("edited-message", { edit_date })?.id)
    expect(ids[0]).not.toBe(ids[1])
    expect(ids[1]).toBe(ids[2])
  })

  it("what was scheduled cannot be replied to", () => {
    expect(sample("message-scheduled")).not.toHaveProperty("anchor")
  })

  it("a message quoted from another chat has no id here", () => {
    expect(received("message-external-reply").quote).not.toHaveProperty("id")
    expect(sample("message-private")).not.toHaveProperty("quote")
  })

  it("the root of a topic is not quoted by what is said in it", () => {
    expect(sample("message-topic")).not.toHaveProperty("quote")
    const root = { message_id: 17, from: { id: 5001 }, text: "a topic's first message" }
    expect(altered("message-topic", { reply_to_message: root })).toMatchObject({ addressed: false })
  })

  it("a bot without a username is addressed by its id only", () => {
    const nameless = { ...self, username: undefined }
    expect(toEvent(updateOf("message-command"), nameless, arrived)).toMatchObject({ addressed: false })
    expect(toEvent(updateOf("message-text-mention"), nameless, arrived)).toMatchObject({ addressed: true })
  })

  it("a command amid a text is somebody's path, unless it names the bot", () => {
    const command = (text: string, offset: number) =>
      altered("message-overheard", {
        text,
        entities: [{ type: "bot_command", offset, length: text.length - offset }]
      })
    expect(command("see /tmp", 4)).toMatchObject({ addressed: false })
    expect(command("see /help@Gate_bot", 4)).toMatchObject({ addressed: true, text: "see /help@Gate_bot" })
  })

  it("a message from a date that no clock shows happened when it arrived", () => {
    for (const date of [0, -1, 1e300, "1790000000", null])
      expect(altered("message-private", { date })?.at).toBe(arrived)
  })

  it("a chat that is not named leaves an event as the platform told it", () => {
    expect(altered("message-private", { chat: {}, from: undefined })).toMatchObject({
      _tag: "PlatformEvent",
      name: "message",
      conversation: { id: "bot" }
    })
  })
})

describe("albumOf and join", () => {
  const parts = ["message-album-1", "message-album-2"]

  it("parts of an album are known by it, in their chat", () => {
    expect(parts.map((name) => albumOf(updateOf(name)))).toEqual(Array(2).fill(`${ops}/13390000000000001`))
    expect(albumOf(updateOf("message-photo"))).toBeUndefined()
    expect(albumOf({ ...updateOf("message-album-1"), kind: "edited_message" })).toBeUndefined()
  })

  it("an album is one event: its first id, every picture, the caption wherever it stood", () => {
    const [first, second] = [received("message-album-1"), received("message-album-2")]
    expect(join([first, second])).toEqual({
      ...first,
      text: "compare",
      addressed: true,
      attachments: [...first.attachments, ...second.attachments],
      mentions: second.mentions
    })
    expect(join([first])).toEqual(first)
  })
})

describe("placeOf", () => {
  it("gives back the chat and the topic of every conversation that an event has", () => {
    const conversations = samples.flatMap((name) => sample(name)?.conversation.id ?? [])
    for (const id of conversations.filter((id) => id !== "bot")) {
      const place = placeOf(id)
      expect(place?.thread === undefined ? `chat:${place?.chat}` : `chat:${place.chat}/${place.thread}`).toBe(id)
    }
    expect(placeOf(`chat:${ops}/17`)).toEqual({ chat: ops, thread: 17 })
  })

  it.each(["bot", "", "chat:", "chat:x", "chat:1/", "chat:1/x", "chat:--1", "c2c:1", "chat:1/2/3", " chat:1"])(
    "%j is no place to write to",
    (id) => {
      expect(placeOf(id)).toBeUndefined()
    }
  )
})
