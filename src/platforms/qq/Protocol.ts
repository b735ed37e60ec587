import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Person } from "../../domain/Address.ts"
import { isRecord, integer, string } from "../../adapter/Fields.ts"

/** Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/opcode.html */
export const Opcode = {
  Dispatch: 0,
  Heartbeat: 1,
  Identify: 2,
  Resume: 6,
  Reconnect: 7,
  InvalidSession: 9,
  Hello: 10,
  HeartbeatAck: 11,
  /** by webhook: what was posted is taken */
  CallbackAck: 12,
  /** by webhook: is this address the bot's? */
  AddressCheck: 13
} as const

/** One frame from the gateway. What is missing, or is not what it should be, is undefined. */
export interface Frame {
  readonly op: number
  readonly s: number | undefined
  readonly t: string | undefined
  readonly id: string | undefined
  readonly d: unknown
}

const utf8 = new TextDecoder()

/** Reads one frame as the socket gives it; undefined when it is none. Throws where it is no JSON, for whoever guards more than this. */
export const read = (data: string | Uint8Array): Frame | undefined => {
  const parsed: unknown = JSON.parse(typeof data === "string" ? data : utf8.decode(data))
  if (!isRecord(parsed)) return undefined
  const { d, id, s, t } = parsed
  const op = integer(parsed["op"])
  if (op === undefined) return undefined
  return { op, s: integer(s), t: string(t), id: string(id), d }
}

const guarded = Option.liftThrowable(read)

/** The same; never throws, whatever it is given. */
export const decode = (data: string | Uint8Array): Frame | undefined => Option.getOrUndefined(guarded(data))

/** Milliseconds between heartbeats, from the `d` of a Hello. */
export const heartbeatInterval = (d: unknown): number | undefined => {
  const interval = isRecord(d) ? d["heartbeat_interval"] : undefined
  return typeof interval === "number" && interval > 0 ? interval : undefined
}

export interface Ready {
  readonly session: string
  readonly self: Person
}

/** The session and the bot itself, from the `d` of a READY. Its `shard` is ignored: it does not say what was asked for. */
export const ready = (d: unknown): Ready | undefined => {
  if (!isRecord(d)) return undefined
  const session = string(d["session_id"])
  const user = isRecord(d["user"]) ? d["user"] : {}
  if (session === undefined || session === "") return undefined
  const name = string(user["username"])
  return { session, self: { id: string(user["id"]) ?? "", bot: true, ...(name === undefined ? undefined : { name }) } }
}

const authorization = (token: Redacted.Redacted): string => `QQBot ${Redacted.value(token)}`

/** The frame that begins a session. */
export const identify = (token: Redacted.Redacted, intents: number): string =>
  JSON.stringify({ op: Opcode.Identify, d: { token: authorization(token), intents, shard: [0, 1] } })

/** The frame that continues a session after the dispatch numbered `seq`. */
export const resume = (token: Redacted.Redacted, session: string, seq: number): string =>
  JSON.stringify({ op: Opcode.Resume, d: { token: authorization(token), session_id: session, seq } })

/** The frame that says we are alive; `seq` is the newest dispatch of this session, if any. */
export const heartbeat = (seq: number | undefined): string => JSON.stringify({ op: Opcode.Heartbeat, d: seq ?? null })
