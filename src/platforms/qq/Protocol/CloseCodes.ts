import type { Verdict } from "../../../adapter/AdapterError.ts"

/**
 * What a closed line asks for. `resume`: keep the session and continue it. `identify`: forget the session, begin a new one.
 * `token`: drop the token, keep the session. `wait`: keep the session, let at least 60 s pass. `fatal`: a person must act.
 * `suspect`: fatal when it comes three times within 60 s of connecting, `resume` before that.
 */
export type CloseCode = { readonly code: number; readonly meaning: string } & (
  | { readonly action: "resume" | "identify" | "token" | "wait" }
  | { readonly action: "fatal" | "suspect"; readonly verdict: Verdict }
)

const misconfigured = (remedy: string): Verdict => ({ reason: "Misconfigured", remedy })

const unspoken = misconfigured(
  "QQ does not understand what this program sends. If QQ_GATEWAY_URL points to a proxy or a simulator, check that it passes frames unchanged; otherwise update this program."
)
const shards = misconfigured(
  "QQ refuses to serve this bot on one connection. Ask for a bot with fewer guilds, or leave some."
)
const ungranted = (what: string): Verdict =>
  misconfigured(
    `${what} Remove from QQ_INTENTS what the bot was not granted, or apply for it in the QQ bot console (https://q.qq.com) under Development, Events.`
  )

const broken = (code: number, meaning: string): CloseCode => ({ code, meaning, action: "identify" })

/**
 * Every way in which the gateway is known to close a line.
 * Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/error-trace/websocket.html; 4004 and the meanings of 4902 and
 * 4903 are not in it and were seen in public logs; 1000 to 1006 are RFC 6455, section 7.4.1.
 */
export const closeCodes: ReadonlyArray<CloseCode> = [
  { code: 1000, meaning: "closed normally", action: "resume" },
  { code: 1001, meaning: "the server is going away", action: "resume" },
  { code: 1005, meaning: "closed without a code", action: "resume" },
  { code: 1006, meaning: "the line was lost", action: "resume" },
  { code: 4001, meaning: "invalid opcode", action: "suspect", verdict: unspoken },
  { code: 4002, meaning: "invalid payload", action: "suspect", verdict: unspoken },
  { code: 4004, meaning: "invalid token", action: "token" },
  { code: 4006, meaning: "invalid session id", action: "identify" },
  { code: 4007, meaning: "invalid sequence number", action: "identify" },
  { code: 4008, meaning: "payloads sent too fast", action: "wait" },
  { code: 4009, meaning: "the session timed out", action: "resume" },
  { code: 4010, meaning: "invalid shard", action: "fatal", verdict: shards },
  { code: 4011, meaning: "too many guilds for one connection", action: "fatal", verdict: shards },
  {
    code: 4012,
    meaning: "invalid protocol version",
    action: "fatal",
    verdict: misconfigured("QQ no longer speaks this version of its protocol: update this program.")
  },
  {
    code: 4013,
    meaning: "invalid intents",
    action: "fatal",
    verdict: ungranted("QQ does not know one of the intents.")
  },
  {
    code: 4014,
    meaning: "intents without permission",
    action: "fatal",
    verdict: ungranted("The bot asks for events that it may not have.")
  },
  broken(4900, "internal error"),
  broken(4901, "internal error"),
  broken(4902, "reset by resume"),
  broken(4903, "the session could not be created"),
  ...Array.from({ length: 10 }, (_, index) => broken(4904 + index, "internal error")),
  {
    code: 4914,
    meaning: "the bot was taken down and may only use the sandbox",
    action: "fatal",
    verdict: {
      reason: "Banned",
      remedy:
        "Publish the bot again in the QQ bot console (https://q.qq.com), or set QQ_SANDBOX=true to work in the sandbox only."
    }
  },
  {
    code: 4915,
    meaning: "the bot is banned",
    action: "fatal",
    verdict: {
      reason: "Banned",
      remedy: "Ask QQ to lift the ban: the QQ bot console (https://q.qq.com) says why it was made."
    }
  }
]

const byCode = new Map(closeCodes.map((row) => [row.code, row]))

/** What a close `code` asks for; a code that nobody has seen before keeps the session. */
export const closeCode = (code: number): CloseCode =>
  byCode.get(code) ?? { code, meaning: "closed for an unknown reason", action: "resume" }
