import { accountId } from "../../src/domain/Address.ts"
import type { Event } from "../../src/domain/Event.ts"

export const about = {
  id: "e1",
  conversation: { account: accountId("qq", "main"), kind: "direct", id: "c2c:1" },
  sender: { id: "someone", name: "Some One" },
  at: 0
} as const

/** Somebody wrote this to the bot. */
export const written = (text: string, id = "e1"): Event => ({
  _tag: "MessageReceived",
  ...about,
  id,
  text,
  addressed: true,
  attachments: [],
  mentions: []
})

export const pressed = (data: string): Event => ({ _tag: "ButtonPressed", ...about, button: "b", data })

/** What has no words. */
export const joined: Event = { _tag: "MembershipChanged", ...about, member: { id: "x" }, self: true, change: "joined" }
