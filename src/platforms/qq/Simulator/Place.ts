import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** Where something happens on QQ: one of the four kinds of conversation. */
export interface Place {
  readonly kind: "c2c" | "group" | "channel" | "dm"
  /** an openid, a group's openid, `guild/channel`, or the guild of a direct message */
  readonly id: string
}

export const placeKey = ({ id, kind }: Place): string => `${kind}:${id}`

/** Reads a conversation's id as the control surface writes it, `c2c:7C0E…`, `channel:9876/1661124`. */
export const parsePlace = (conversation: string): Place | undefined => {
  const [, kind, id] = /^(c2c|group|channel|dm):(.+)$/.exec(conversation) ?? []
  if (id === undefined) return undefined
  if (kind === "channel") return /^[^/]+\/[^/]+$/.test(id) ? { kind, id } : undefined
  return kind === "c2c" || kind === "group" || kind === "dm" ? { kind, id } : undefined
}

const text = Schema.optional(Schema.String)
const Located = Schema.Struct({
  openid: text,
  user_openid: text,
  group_openid: text,
  guild_id: text,
  channel_id: text,
  direct_message: Schema.optional(Schema.Boolean),
  author: Schema.optional(Schema.Struct({ user_openid: text }))
})

/** Where an event happened, read from its `d`; undefined when it happened nowhere in particular. */
export const placeOf = (d: unknown): Place | undefined => {
  const located = Option.getOrUndefined(Schema.decodeUnknownOption(Located)(d))
  if (located === undefined) return undefined
  if (located.group_openid !== undefined) return { kind: "group", id: located.group_openid }
  if (located.guild_id !== undefined) {
    if (located.direct_message === true) return { kind: "dm", id: located.guild_id }
    return located.channel_id === undefined
      ? undefined
      : { kind: "channel", id: `${located.guild_id}/${located.channel_id}` }
  }
  const person = located.openid ?? located.user_openid ?? located.author?.user_openid
  return person === undefined ? undefined : { kind: "c2c", id: person }
}
