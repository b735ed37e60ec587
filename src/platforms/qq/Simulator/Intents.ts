/** Which events each intent bit stands for. Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/event-emit.html */
const events: ReadonlyArray<readonly [bit: number, names: RegExp]> = [
  [0, /^(GUILD|CHANNEL)_(CREATE|UPDATE|DELETE)$/],
  [1, /^GUILD_MEMBER_(ADD|UPDATE|REMOVE)$/],
  [9, /^MESSAGE_(CREATE|DELETE)$/],
  [10, /^MESSAGE_REACTION_(ADD|REMOVE)$/],
  [12, /^DIRECT_MESSAGE_(CREATE|DELETE)$/],
  [18, /^OPEN_FORUM_/],
  [19, /^AUDIO_OR_LIVE_CHANNEL_MEMBER_(ENTER|EXIT)$/],
  [23, /^ENTER_AIO$/],
  [24, /^GROUP_(MEMBER_ADD|MEMBER_REMOVE|JOIN_REQUEST)$/],
  [25, /^(C2C_|FRIEND_|SUBSCRIBE_MESSAGE_STATUS$|GROUP_(AT_MESSAGE|MESSAGE|ADD|DEL|MSG)_)/],
  [26, /^INTERACTION_CREATE$/],
  [27, /^MESSAGE_AUDIT_(PASS|REJECT)$/],
  [28, /^FORUM_/],
  [29, /^AUDIO_(START|FINISH|ON_MIC|OFF_MIC)$/],
  [30, /^(AT_MESSAGE_CREATE|PUBLIC_MESSAGE_DELETE)$/]
]

/** All intent bits that exist. */
export const everyIntent = events.reduce((mask, [bit]) => mask + 2 ** bit, 0)

/** The intent that an event needs; 0 when nobody can ask for it. */
export const intentOf = (event: string): number => {
  const found = events.find(([, names]) => names.test(event))
  return found === undefined ? 0 : 2 ** found[0]
}

const sizeOfShardId = 22n

/** The shard that carries a guild; what has no guild comes through shard 0. */
export const shardOf = (guild: string | undefined, shards: number): number =>
  guild === undefined || !/^\d+$/.test(guild) ? 0 : Number((BigInt(guild) >> sizeOfShardId) % BigInt(shards))
