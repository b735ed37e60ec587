import type { Fault } from "../../adapter/Simulator.ts"
import type { TelegramFault } from "../../platforms/telegram/Simulator.ts"
import { chosen, type Command, cut, fixed, numbered } from "../Command.ts"
import { anywhere } from "./Anywhere.ts"

/** Everything that can be done to a simulated Telegram, in the order in which help tells it. */
export const commands: ReadonlyArray<Command<Fault | TelegramFault>> = [
  // what is no HTTP status resets the connection
  ...anywhere("/sendMessage", 1006),
  numbered(
    "close",
    { name: "status", fallback: "502", least: 400, most: 599 },
    "answer the poll that waits: 502 bad gateway, 409 conflict, 401 unauthorized",
    (status) => `the poll that waits is answered with ${status}`,
    (code) => [{ _tag: "Close", code }]
  ),
  chosen(
    "stall",
    { name: "call", fallback: "getUpdates" },
    {
      http: [{ _tag: "Stall", step: "http" }, cut],
      getMe: [{ _tag: "Stall", step: "upgrade" }, cut],
      getWebhookInfo: [{ _tag: "Stall", step: "hello" }, cut],
      getUpdates: [{ _tag: "Stall", step: "ready" }, cut]
    },
    "never answer getMe, getWebhookInfo, getUpdates, or any call (http), until /heal",
    (call) => `the line is cut, and ${call === "http" ? "no call" : `no ${call}`} is answered until you /heal it`
  ),
  numbered(
    "html",
    { name: "status", fallback: "200", least: 200, most: 599 },
    "answer every poll with a web page and this status, until /heal",
    (status) => `every poll is answered with a web page and ${status} until you /heal it`,
    (status) => [
      { _tag: "Answer", path: "/getUpdates", status, body: "<html>welcome to the hotel</html>", type: "text/html" },
      cut
    ]
  ),
  fixed(
    "conflict",
    "somebody else polls with the same token, until /heal",
    "somebody else polls with the bot's token until you /heal it",
    { _tag: "SecondPoller" }
  ),
  fixed(
    "webhook",
    "somebody sets a webhook for the bot; it stays until it is deleted",
    "somebody has set a webhook at https://somebody.example/hook",
    { _tag: "StealWebhook" }
  ),
  numbered(
    "flood",
    { name: "seconds", fallback: "5", least: 1, most: 3600 },
    "answer every call with 429, retry after so many seconds; until /heal",
    (seconds) => `every call is told to come back in ${seconds} s until you /heal it`,
    (retryAfter) => [{ _tag: "Flood", retryAfter }, cut]
  ),
  fixed(
    "unauthorized",
    "revoke the bot's token (401), until /heal: now a person must act",
    "the bot's token is revoked until you /heal it",
    { _tag: "Unauthorized", code: 401 }
  ),
  fixed(
    "ids",
    "begin the update ids again, lower, as after a quiet week",
    "the next update has a lower id than the last",
    { _tag: "RestartIds" }
  ),
  fixed(
    "deaf",
    "let updates wait and give them to no poll, until /heal",
    "no poll is given anything until you /heal it",
    { _tag: "Deaf" }
  )
]
