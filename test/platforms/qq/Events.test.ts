import { describe, expect, it } from "@effect/vitest"
import { FastCheck, Schema } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import * as Plain from "../../../src/delivery/Plain.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { Event } from "../../../src/domain/Event.ts"
import { conversations, toEvent } from "../../../src/platforms/qq/Events.ts"
import { decode, type Frame } from "../../../src/platforms/qq/Protocol.ts"

const account = accountId("qq", "main")
const self = { account, id: "11409876543210987654", conversations: conversations(account) }
const at = 1_789_000_500_000
const folder = new URL("./samples/", import.meta.url)
const samples = readdirSync(folder).map((file) => file.replace(".json", ""))
const frameOf = (name: string): Frame => {
  const frame = decode(readFileSync(new URL(`${name}.json`, folder), "utf8"))
  if (frame === undefined) throw new Error(`${name} is no frame`)
  return frame
}
const sample = (name: string) => toEvent(frameOf(name), self, at)
const edited = (name: string, fields: object) => {
  const frame = frameOf(name)
  return toEvent({ ...frame, d: Object.assign({}, frame.d, fields) }, self, at)
}

const person = "7C0E5A9D41B24D7E9A64F0B1D2C3E4F5"
const member = "0B1C2D3E4F5061728394A5B6C7D8E9F0"
const group = "group:5D1F0A7B2C3D4E5F60718293A4B5C6D7"
const guild = "9876543210123456789"
const time = (clock: string) => Date.parse(`2026-09-10T${clock}+08:00`)
const place = (kind: string, id: string) => ({ account: "qq:main", kind, id })

/** What each sample means; a sample that stands here under `undefined` is no event for a handler. */
const meanings: Readonly<Record<string, object | undefined>> = {
  ready: undefined,
  resumed: undefined,
  "c2c-message-create": {
    _tag: "MessageReceived",
    id: "ROBOT1.0_kQ1v0Example.9a-Bc!",
    conversation: place("direct", `c2c:${person}`),
    sender: { id: person, bot: false },
    at: time("10:00:00"),
    anchor: "ROBOT1.0_kQ1v0Example.9a-Bc!",
    text: "hello",
    addressed: true,
    attachments: [],
    mentions: []
  },
  "c2c-message-create-attachments": {
    text: "",
    attachments: [
      {
        kind: "voice",
        url: "https://multimedia.nt.qq.com.cn/wav?x=1",
        mediaType: "audio/wav",
        name: "v.amr",
        transcript: "good morning"
      },
      {
        kind: "image",
        url: "https://multimedia.nt.qq.com.cn/download?appid=1406&fileid=x&rkey=y&spec=0",
        mediaType: "image/png",
        name: "p.png",
        size: 51200,
        width: 640,
        height: 480
      }
    ]
  },
  "c2c-message-create-face": { text: "well [呲牙] done" },
  "group-at-message-create": {
    _tag: "MessageReceived",
    id: "ROBOT1.0_zZ81Example!",
    conversation: place("group", group),
    sender: { id: member, name: "Li", bot: false },
    text: "/ping",
    addressed: true
  },
  "group-message-create": {
    _tag: "MessageReceived",
    text: "status",
    addressed: true,
    mentions: [
      {
        person: { id: "9A8B7C6D5E4F30211203F4E5D6C7B8A9", name: "demo-bot", bot: true },
        self: true,
        everyone: false
      }
    ]
  },
  "group-message-create-quote": {
    addressed: false,
    text: "what about this?",
    quote: {
      id: "REFIDX_q0example==",
      text: "the quoted text",
      attachments: [
        {
          kind: "image",
          url: "https://multimedia.nt.qq.com.cn/q",
          mediaType: "image/png",
          name: "q.png",
          size: 10
        }
      ]
    }
  },
  "at-message-create": {
    _tag: "MessageReceived",
    id: "08d4example0038d2093",
    conversation: place("channel", `channel:${guild}/1661124`),
    sender: { id: "4433221100998877", name: "Wang", bot: false },
    text: "/help",
    addressed: true,
    mentions: [{ person: { id: self.id, name: "demo-bot", bot: true }, self: true, everyone: false }]
  },
  "message-create": {
    text: "see <b>",
    addressed: false,
    attachments: [
      {
        kind: "image",
        url: "https://gchat.qpic.cn/qmeetpic/0/0/0",
        mediaType: "image/png",
        name: "x.png",
        size: 99,
        width: 10,
        height: 10
      }
    ],
    quote: { id: "08aaexample", text: "", attachments: [] }
  },
  "direct-message-create": {
    _tag: "MessageReceived",
    conversation: place("direct", "dm:18700000000001"),
    text: "hi",
    addressed: true
  },
  "message-delete": {
    _tag: "MessageDeleted",
    id: "MESSAGE_DELETE:d2example",
    conversation: place("channel", `channel:${guild}/1661124`),
    sender: { id: "55667788" },
    message: "08b4example",
    at
  },
  "public-message-delete": { _tag: "MessageDeleted", message: "08b4example", sender: { id: "4433221100998877" } },
  "direct-message-delete": {
    _tag: "MessageDeleted",
    conversation: place("direct", "dm:18700000000001"),
    message: "08b3example"
  },
  "interaction-create-group": {
    _tag: "ButtonPressed",
    id: "2f1e3d4c-aaaa-4bbb-8ccc-0123456789ab",
    anchor: "e:INTERACTION_CREATE:2f1e3d4c-aaaa-4bbb-8ccc-0123456789ab",
    conversation: place("group", group),
    sender: { id: member },
    button: "ok",
    data: "approve:42"
  },
  "interaction-create-c2c": { conversation: place("direct", `c2c:${person}`), sender: { id: person }, button: "b1" },
  "interaction-create-guild": {
    conversation: place("channel", `channel:${guild}/1661124`),
    sender: { id: "4433221100998877" },
    message: "08b4example"
  },
  "interaction-create-feedback": { _tag: "ButtonPressed", button: "type:13", data: "LIKE" },
  "friend-add": {
    _tag: "MembershipChanged",
    id: "FRIEND_ADD:a3example",
    anchor: "e:FRIEND_ADD:a3example",
    conversation: place("direct", `c2c:${person}`),
    member: { id: person },
    self: false,
    change: "joined",
    at: 1_789_000_001_000
  },
  "friend-del": { _tag: "MembershipChanged", change: "left", member: { id: person } },
  "group-add-robot": {
    _tag: "MembershipChanged",
    anchor: "e:GROUP_ADD_ROBOT:8c1example",
    conversation: place("group", group),
    sender: { id: member },
    member: { id: self.id, bot: true },
    self: true,
    change: "joined"
  },
  "group-del-robot": { _tag: "MembershipChanged", self: true, change: "left" },
  "group-member-add": {
    _tag: "MembershipChanged",
    member: { id: "1122334455667788990011223344AABB" },
    self: false,
    change: "joined"
  },
  "group-member-remove": { _tag: "MembershipChanged", change: "left" },
  "guild-member-add": {
    _tag: "MembershipChanged",
    conversation: place("channel", `guild:${guild}`),
    member: { id: "99887766", name: "Zhao", bot: false },
    change: "joined"
  },
  "c2c-msg-receive": { _tag: "ConsentChanged", allowed: true, anchor: "e:C2C_MSG_RECEIVE:a6example" },
  "c2c-msg-reject": { _tag: "ConsentChanged", allowed: false },
  "group-msg-receive": { _tag: "ConsentChanged", allowed: true, conversation: place("group", group) },
  "group-msg-reject": { _tag: "ConsentChanged", allowed: false },
  "group-join-request": { _tag: "PlatformEvent", name: "GROUP_JOIN_REQUEST", conversation: place("group", group) },
  "message-reaction-add": {
    _tag: "PlatformEvent",
    anchor: "e:MESSAGE_REACTION_ADD:b6example",
    sender: { id: "4433221100998877" }
  },
  "guild-create": { _tag: "PlatformEvent", id: "GUILD_CREATE:b7example", conversation: place("direct", "bot") },
  "channel-create": { _tag: "PlatformEvent", conversation: place("channel", `guild:${guild}`) },
  "message-audit-pass": { _tag: "PlatformEvent", conversation: place("channel", `channel:${guild}/1661124`) }
}

describe("QQ Events", () => {
  it("every sample has its meaning here", () => {
    expect(samples.toSorted()).toEqual(Object.keys(meanings).toSorted())
  })

  it.each(Object.entries(meanings))("%s means what it says", (name, meaning) => {
    const event = sample(name)
    if (meaning === undefined) return expect(event).toBeUndefined()
    expect(event).toMatchObject(meaning)
    expect(Schema.is(Event)(event)).toBe(true)
  })

  it.each([
    "c2c-message-create",
    "group-at-message-create",
    "group-message-create",
    "at-message-create",
    "direct-message-create"
  ])("%s, words without anything else, is kept without the cost of its schema", (name) => {
    const event = sample(name)
    expect(event !== undefined && Plain.event(event)).toBe(true)
  })

  it("nothing that the gateway could send makes it throw, or makes an event that is none", () => {
    const names = [...new Set(samples.map((name) => frameOf(name).t ?? "")), "SUBSCRIBE_MESSAGE_STATUS", ""]
    const fields = ["id", "author", "content", "timestamp", "attachments", "mentions", "message", "data", "guild_id"]
    const more = [
      "channel_id",
      "group_openid",
      "openid",
      "user",
      "op_user",
      "message_scene",
      "msg_elements",
      "message_type"
    ]
    const d = FastCheck.oneof(
      FastCheck.jsonValue(),
      FastCheck.dictionary(FastCheck.constantFrom(...fields, ...more), FastCheck.jsonValue())
    )
    const own = FastCheck.constantFrom(self.id, undefined)
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom(...names), d, own, (t, d, id) => {
        const event = toEvent({ op: 0, s: 1, t, id: undefined, d }, { ...self, id }, at)
        return event === undefined || Schema.is(Event)(event)
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
        const d: unknown = JSON.parse(JSON.stringify(frameOf(name).d), (_, value: unknown) => {
          const other = spoilt[String(index++)]
          return other === undefined ? value : other
        })
        const event = toEvent({ ...frameOf(name), d }, self, at)
        return event === undefined || Schema.is(Event)(event)
      }),
      { numRuns: 2000 }
    )
  })

  it("both group events of one message are one event (F75)", () => {
    const { d } = frameOf("group-at-message-create")
    const twice = ["GROUP_AT_MESSAGE_CREATE", "GROUP_MESSAGE_CREATE"].map((t) =>
      toEvent({ op: 0, s: 1, t, id: `${t}:1`, d }, self, at)
    )
    expect(twice[0]?.id).toBe(twice[1]?.id)
  })

  it("two updates of one guild are two events (F75)", () => {
    const frame = frameOf("guild-create")
    const ids = ["1", "2"].map((n) => toEvent({ ...frame, t: "GUILD_UPDATE", id: `GUILD_UPDATE:${n}` }, self, at)?.id)
    expect(ids[0]).not.toBe(ids[1])
  })

  it("an event without any id is the same event when it is replayed", () => {
    const frame = { ...frameOf("friend-del"), id: undefined }
    expect(toEvent(frame, self, at)?.id).toBe(toEvent(frame, self, at + 5000)?.id)
  })

  it("what the bot itself said is not heard, what another bot says is", () => {
    expect(edited("at-message-create", { author: { id: self.id, bot: true } })).toBeUndefined()
    expect(edited("at-message-create", { author: { id: "88", bot: true } })).toMatchObject({ sender: { bot: true } })
  })

  it("only a mention of the bot itself is taken from the start of a guild's message", () => {
    expect(edited("at-message-create", { content: "<@!123> /help" })).toMatchObject({ text: "<@!123> /help" })
    expect(edited("at-message-create", { content: ` <@${self.id}>/help &amp;lt;` })).toMatchObject({
      text: "/help &lt;"
    })
    const frame = frameOf("at-message-create")
    expect(toEvent(frame, { ...self, id: undefined }, at)).toMatchObject({ text: "/help", addressed: true })
  })

  it("a call to everybody is a mention of everybody", () => {
    expect(edited("group-message-create", { mentions: [{ scope: "all", is_you: true }] })).toMatchObject({
      addressed: true,
      mentions: [{ everyone: true, self: true }]
    })
    expect(edited("message-create", { mention_everyone: true })).toMatchObject({ mentions: [{ everyone: true }] })
  })

  it("a card says what it is and where it leads, in a quote too; words beside it are all that is said", () => {
    const ark_data = {
      prompt: "[share] A song",
      ark_type: "tuwen",
      fields: { title: "A song", jump_url: "https://a.example/s" }
    }
    const card = { content: "", message_type: 3, ark_data }
    const text = "[share] A song\nhttps://a.example/s"
    expect(edited("c2c-message-create", card)).toMatchObject({ text })
    expect(edited("group-message-create-quote", { msg_elements: [{ ...card, msg_idx: "REFIDX_1" }] })).toMatchObject({
      quote: { text }
    })
    expect(edited("c2c-message-create", { ...card, content: "look" })).toMatchObject({ text: "look" })
    for (const ark_data of [null, "x", {}, { prompt: 7, fields: [] }])
      expect(edited("c2c-message-create", { ...card, ark_data })).toMatchObject({ text: "" })
  })

  it("a quote is known by its index where its text is not sent", () => {
    expect(edited("c2c-message-create", { message_scene: { ext: ["refMsgIdx:REFIDX_1"] } })).toMatchObject({
      quote: { id: "REFIDX_1", text: "" }
    })
    expect(sample("c2c-message-create")).not.toHaveProperty("quote")
  })

  it("a face that cannot be read stands as a face", () => {
    const content = '<faceType=1,faceId="13",ext="!!"><faceType=3,faceId="",ext="eyJ0ZXh0IjoiWy/lkb1dIn0=">'
    expect(edited("c2c-message-create", { content })).toMatchObject({ text: "[face][/命]" })
  })

  it("every form of timestamp is read, and arrival stands in for one that cannot be", () => {
    const atOf = (timestamp: unknown) => edited("c2c-message-create", { timestamp })?.at
    expect(atOf("2026-09-10T10:00:00.250+08:00")).toBe(time("10:00:00") + 250)
    expect(atOf("2023-11-06 13:37:18.2 +0800 CST m=+0.5")).toBe(Date.parse("2023-11-06T13:37:18.200+08:00"))
    expect(atOf("2023-11-06 13:37:18 -0430 VET")).toBe(Date.parse("2023-11-06T13:37:18-04:30"))
    expect(atOf(1_789_000_000)).toBe(1_789_000_000_000)
    expect(atOf("1789000000")).toBe(1_789_000_000_000)
    for (const bad of [undefined, null, "", "yesterday", 0, -1, 1e300, {}]) expect(atOf(bad), String(bad)).toBe(at)
  })

  it("times are read as a calendar reads them", () => {
    const day = FastCheck.date({ min: new Date("1999-01-01"), max: new Date("2101-01-01"), noInvalidDate: true })
    const offset = FastCheck.constantFrom("Z", "+08:00", "-04:30", "+00:00", "+14:00")
    FastCheck.assert(
      FastCheck.property(day, offset, (date, zone) => {
        const timestamp = date.toISOString().replace("Z", zone)
        return edited("c2c-message-create", { timestamp })?.at === Date.parse(timestamp)
      }),
      { numRuns: 500 }
    )
  })

  it("a message that names no conversation is kept as the platform told it", () => {
    expect(edited("group-message-create", { group_id: "", group_openid: null })).toMatchObject({
      _tag: "PlatformEvent",
      name: "GROUP_MESSAGE_CREATE",
      conversation: { id: "bot" }
    })
  })

  it("an attachment without an address is left out", () => {
    const attachments = [{ content_type: "image/png" }, "x", { content_type: "file", url: "//gchat.qpic.cn/f" }]
    expect(edited("c2c-message-create", { attachments })).toMatchObject({
      attachments: [{ kind: "file", url: "https://gchat.qpic.cn/f" }]
    })
  })
})
