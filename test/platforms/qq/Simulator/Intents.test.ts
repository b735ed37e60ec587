import { expect, it } from "@effect/vitest"
import { everyIntent, intentOf, shardOf } from "../../../../src/platforms/qq/Simulator/Intents.ts"

it("the fifteen intents add up to the documented mask", () => {
  expect(everyIntent).toBe(2139887107)
})

it.each([
  ["GUILD_CREATE", 0],
  ["CHANNEL_UPDATE", 0],
  ["GUILD_MEMBER_REMOVE", 1],
  ["MESSAGE_CREATE", 9],
  ["MESSAGE_REACTION_ADD", 10],
  ["DIRECT_MESSAGE_CREATE", 12],
  ["OPEN_FORUM_THREAD_CREATE", 18],
  ["AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER", 19],
  ["ENTER_AIO", 23],
  ["GROUP_MEMBER_ADD", 24],
  ["GROUP_JOIN_REQUEST", 24],
  ["C2C_MESSAGE_CREATE", 25],
  ["C2C_MSG_REJECT", 25],
  ["FRIEND_DEL", 25],
  ["GROUP_AT_MESSAGE_CREATE", 25],
  ["GROUP_MESSAGE_CREATE", 25],
  ["GROUP_ADD_ROBOT", 25],
  ["GROUP_MSG_RECEIVE", 25],
  ["SUBSCRIBE_MESSAGE_STATUS", 25],
  ["INTERACTION_CREATE", 26],
  ["MESSAGE_AUDIT_PASS", 27],
  ["FORUM_POST_CREATE", 28],
  ["AUDIO_ON_MIC", 29],
  ["AT_MESSAGE_CREATE", 30],
  ["PUBLIC_MESSAGE_DELETE", 30]
])("%s needs bit %i and no other", (event, bit) => {
  expect(intentOf(event)).toBe(2 ** bit)
})

it("an event that does not exist can be asked for by nobody", () => {
  expect(intentOf("NO_SUCH_THING")).toBe(0)
})

it.each([
  ["4567891230123456789", 3, 2],
  ["4567891230123456789", 4, 0],
  ["4567891230123456789", 5, 1],
  [undefined, 5, 0],
  ["not a number", 5, 0]
])("guild %s of %i shards comes through %i", (guild, shards, shard) => {
  expect(shardOf(guild, shards)).toBe(shard)
})
