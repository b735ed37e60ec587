import type { HttpAnswer } from "../../../adapter/Simulator.ts"

/** Why the platform refuses a request: status, code and text. Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/error-trace/openapi.html */
export const refusals = {
  tokenMissing: [401, 11241, "no token in the request"],
  tokenRejected: [401, 11243, "token rejected"],
  tokenUnknown: [401, 11244, "token not exist or expire"],
  tokenFixed: [401, 11245, "the fixed token is disabled"],
  unknownPath: [404, 11255, "invalid request"],
  unknownInteraction: [400, 630001, "unknown interaction"],
  interactionAnswered: [400, 630002, "interaction has been answered"],
  badParameter: [400, 40011000, "参数类型或范围错误"],
  typeMismatch: [400, 22006, "msg_type and content do not fit"],
  empty: [400, 50006, "message is empty"],
  notFriend: [400, 40054004, "不是好友"],
  notMember: [400, 40054003, "机器人不在群内"],
  notInGuild: [401, 11264, "check guild auth not pass"],
  offGateway: [400, 304018, "bot is not on the gateway"],
  unknownMessage: [400, 40034024, "msg_id 无效"],
  unknownEvent: [400, 40034025, "event_id 无效"],
  messageExpired: [400, 40034005, "msg_id 已过期"],
  guildMessageExpired: [400, 304103, "msg_id expired"],
  eventExpired: [400, 40034026, "event_id 已过期"],
  repliesSpent: [400, 40034128, "被动消息超出时间或次数限制"],
  duplicate: [400, 40054005, "消息被去重，请检查请求msgseq"],
  unanswerable: [400, 40034027, "event_id 不可回复"],
  dayQuota: [400, 40034100, "主动消息超出频率限制"],
  minuteQuota: [400, 22009, "msg limit exceed"],
  channelQuota: [400, 304045, "push channel message reach limit"],
  dmQuota: [400, 304049, "push direct message reach limit"],
  noActiveC2c: [400, 40034102, "主动消息失败, 无权限"],
  noActiveGroup: [400, 40034105, "主动消息失败, 无权限"],
  badKeyboard: [400, 40034029, "keyboard invalid"],
  badStyle: [400, 305007, "button style invalid"],
  keyboardAlone: [400, 50037, "markdown only combines with keyboard"],
  partNotReady: [400, 40093001, "part not ready"],
  badForm: [400, 50035, "invalid form body"],
  pictureTooLarge: [400, 304020, "file size over limit"],
  unfetched: [400, 304082, "upload media info fail"],
  fileTooLarge: [400, 40093002, "file size over limit"],
  unknownFile: [400, 304080, "file info invalid"],
  unknownStream: [400, 40034016, "stream_msg_id 无效"],
  streamOrder: [400, 40034018, "index 或 msg_seq 错误"],
  streamEnded: [400, 40054014, "流式消息已结束"],
  streamPrefix: [404, 40007, "content_raw must start with what was delivered"],
  tooLong: [400, 40054007, "消息过长"],
  urlRefused: [400, 40054010, "不允许发送url"],
  guildUrlRefused: [400, 304003, "url not allowed"],
  pushAudit: [202, 304023, "push message is waiting for audit now"],
  replyAudit: [202, 304024, "reply message is waiting for audit now"]
} as const

export type Refusal = keyof typeof refusals

/** The `err_code` of those whose `code` is another. */
const newer: Partial<Readonly<Record<Refusal, number>>> = { streamPrefix: 40113003 }

const json = { "content-type": "application/json" }

/** An answer with a body; 204 without one. */
export const answer = (status: number, body?: unknown): HttpAnswer =>
  body === undefined ? { status, headers: {}, body: "" } : { status, headers: json, body: JSON.stringify(body) }

/** The error body of the platform. */
export const refuse = (refusal: Refusal, trace: string, data?: unknown): HttpAnswer => {
  const [status, code, message] = refusals[refusal]
  return answer(status, {
    message,
    code,
    err_code: newer[refusal] ?? code,
    trace_id: trace,
    ...(data === undefined ? undefined : { data })
  })
}
