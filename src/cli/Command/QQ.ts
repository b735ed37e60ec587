import type { Fault } from "../../adapter/Simulator.ts"
import type { QQFault } from "../../platforms/qq/Simulator.ts"
import { chosen, type Command, cut, fixed, numbered } from "../Command.ts"
import { anywhere } from "./Anywhere.ts"

/** Everything that can be done to a simulated QQ, in the order in which help tells it. */
export const commands: ReadonlyArray<Command<Fault | QQFault>> = [
  ...anywhere("/messages", 4009),
  numbered(
    "close",
    { name: "code", fallback: "4009", least: 1000, most: 4999 },
    "close the line: 4009 session timed out, 4004 token, 4008 too fast, 4914 offline",
    (code) => `the line is closed with ${code}`,
    (code) => [{ _tag: "Close", code }]
  ),
  chosen(
    "stall",
    { name: "step", fallback: "hello" },
    {
      http: [{ _tag: "Stall", step: "http" }, cut],
      upgrade: [{ _tag: "Stall", step: "upgrade" }, cut],
      hello: [{ _tag: "Stall", step: "hello" }, cut],
      ready: [{ _tag: "Stall", step: "ready" }, cut]
    },
    "never answer the next line at its step http, upgrade, hello or ready, until /heal",
    (step) => `the line is cut, and the next never gets past ${step} until you /heal it`
  ),
  fixed("reconnect", "ask the bot to reconnect (op 7), as QQ does every half hour", "the bot is asked to reconnect", {
    _tag: "Reconnect"
  }),
  fixed(
    "invalid",
    "declare the session invalid (op 9), so that it cannot be resumed",
    "the session is declared invalid",
    { _tag: "InvalidSession", resumable: false, on: "now" }
  ),
  fixed("deaf", "answer no heartbeat, until /heal", "no heartbeat is answered until you /heal it", {
    _tag: "DropAcks"
  }),
  fixed("expire", "make every token void", "every token is void", { _tag: "ExpireToken" }),
  fixed("ban", "ban the bot (4915), until /heal: now a person must act", "the bot is banned until you /heal it", {
    _tag: "Ban",
    code: 4915
  })
]
