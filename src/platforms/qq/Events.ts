import type { Event } from "../../domain/Event.ts"
import { messages } from "./Events/Message.ts"
import {
  common,
  type Dispatch,
  dispatchOf,
  dm,
  eventAnchor,
  firstOf,
  person,
  placeOf,
  type Self
} from "./Events/Place.ts"
import type { Frame } from "./Protocol.ts"
import { integer, record, text } from "../../adapter/Fields.ts"

export { conversations, type Self } from "./Events/Place.ts"

type Read = (dispatch: Dispatch) => Event | undefined | "unplaced"

/** Kinds of events that a message may answer, by carrying the frame's id. Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/send-receive/send.html */
const repliable =
  /^(?:INTERACTION_CREATE|FRIEND_ADD|C2C_MSG_RECEIVE|GROUP_ADD_ROBOT|GROUP_MSG_RECEIVE|GUILD_MEMBER_(?:ADD|UPDATE|REMOVE)|MESSAGE_REACTION_(?:ADD|REMOVE)|FORUM_(?:THREAD|POST|REPLY)_\w+)$/

const sender = (dispatch: Dispatch) => {
  const { d } = dispatch
  const user = record(d["user"])
  const { author_id, member_openid, op_member_openid, op_user_id, openid, user_id, user_openid } = d
  const group = firstOf(op_member_openid, member_openid, user_openid, openid)
  return person(d["user"] === undefined ? d : user, group ?? firstOf(op_user_id, user_id, author_id, user["id"]))
}

const plain = (dispatch: Dispatch) => ({
  ...common(dispatch, placeOf(dispatch), sender(dispatch)),
  ...(repliable.test(dispatch.name) ? eventAnchor(dispatch) : undefined)
})

const deleted =
  (direct: boolean): Read =>
  (dispatch) => {
    const message = record(dispatch.d["message"])
    const [id, guild] = [text(message["id"]), text(message["guild_id"])]
    if (id === undefined || guild === undefined) return "unplaced"
    const where = direct ? dm(dispatch, guild) : placeOf({ ...dispatch, d: message })
    const by = record(dispatch.d["op_user"])
    return { _tag: "MessageDeleted", ...common(dispatch, where, person(by, text(by["id"]))), message: id }
  }

const pressed: Read = (dispatch) => {
  const { d } = dispatch
  const { button_data, button_id, feature_id, feedback_opt, message_id, user_id } = record(
    record(d["data"])["resolved"]
  )
  const message = text(message_id)
  const who = person({}, firstOf(d["group_member_openid"], user_id, d["user_openid"]))
  return {
    _tag: "ButtonPressed",
    ...common(dispatch, placeOf(dispatch), who, text(d["id"])),
    ...eventAnchor(dispatch),
    button: text(button_id) ?? text(feature_id) ?? `type:${integer(d["type"]) ?? "unknown"}`,
    data: text(button_data) ?? text(feedback_opt) ?? "",
    ...(message === undefined ? undefined : { message })
  }
}

const membership =
  (change: "joined" | "left", who: "bot" | "person"): Read =>
  (dispatch) => {
    const { d, self } = dispatch
    const user = record(d["user"])
    const member =
      who === "bot"
        ? { id: self.id ?? "", bot: true }
        : person(d["user"] === undefined ? d : user, firstOf(d["member_openid"], d["openid"], user["id"]))
    const own = who === "bot" || (self.id !== undefined && member.id === self.id)
    return { _tag: "MembershipChanged", ...plain(dispatch), member, self: own, change }
  }

const consent =
  (allowed: boolean): Read =>
  (dispatch) => ({ _tag: "ConsentChanged", ...plain(dispatch), allowed })

const ours: Read = () => undefined

const reads = new Map<string, Read>(
  Object.entries({
    ...messages,
    READY: ours,
    RESUMED: ours,
    MESSAGE_DELETE: deleted(false),
    PUBLIC_MESSAGE_DELETE: deleted(false),
    DIRECT_MESSAGE_DELETE: deleted(true),
    INTERACTION_CREATE: pressed,
    FRIEND_ADD: membership("joined", "person"),
    FRIEND_DEL: membership("left", "person"),
    GROUP_ADD_ROBOT: membership("joined", "bot"),
    GROUP_DEL_ROBOT: membership("left", "bot"),
    GROUP_MEMBER_ADD: membership("joined", "person"),
    GROUP_MEMBER_REMOVE: membership("left", "person"),
    GUILD_MEMBER_ADD: membership("joined", "person"),
    GUILD_MEMBER_REMOVE: membership("left", "person"),
    C2C_MSG_RECEIVE: consent(true),
    C2C_MSG_REJECT: consent(false),
    GROUP_MSG_RECEIVE: consent(true),
    GROUP_MSG_REJECT: consent(false)
  })
)

const other = (dispatch: Dispatch): Event => ({
  _tag: "PlatformEvent",
  ...plain(dispatch),
  name: dispatch.name,
  data: dispatch.data
})

/**
 * What a dispatch means in our words; undefined where it means nothing to a handler (the session's own news, what the bot
 * itself said). `at` is when it arrived, in Unix milliseconds. Never throws, whatever the frame carries. The id of a
 * `ButtonPressed` is what `Rest.acknowledge` takes.
 */
export const toEvent = (frame: Frame, self: Self, at: number): Event | undefined => {
  if (frame.t === undefined || frame.t === "") return undefined
  const dispatch = dispatchOf(frame.t, frame, self, at)
  const event = (reads.get(frame.t) ?? other)(dispatch)
  return event === "unplaced" ? other(dispatch) : event
}
