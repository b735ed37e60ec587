import { type Command, cut, fixed, numbered } from "../Command.ts"

/** What can go wrong on every platform; the first argument is where messages are sent, the second what a line is closed with. */
export const anywhere = (messages: string, code: number): ReadonlyArray<Command> => [
  fixed("cut", "cut the line without a word", "the line is cut", cut),
  fixed(
    "down",
    "cut the line and refuse every new connection, until /heal",
    "the platform is down until you /heal it",
    { _tag: "Refuse", as: "reset" },
    cut
  ),
  fixed(
    "silence",
    "make the line half-open: nothing moves on it, nothing closes it",
    "nothing moves on the line any more, and nobody says so",
    { _tag: "Silence" }
  ),
  numbered(
    "kick",
    { name: "millis", fallback: "1000", least: 0, most: 60_000 },
    "accept every line and close it this soon after it is ready, until /heal",
    (millis) => `every line is kicked after ${millis} ms until you /heal it`,
    (after) => [{ _tag: "CloseOn", step: "ready", code, after }, cut]
  ),
  numbered(
    "http",
    { name: "status", fallback: "500", least: 400, most: 599 },
    "answer every request with this status, until /heal",
    (status) => `every request is answered with ${status} until you /heal it`,
    (status) => [{ _tag: "Answer", status, body: "<html>no</html>", type: "text/html" }]
  ),
  fixed(
    "lose",
    "take the bot's next message and lose the answer to it",
    "the answer to the bot's next message is going to be lost",
    { _tag: "LoseAnswer", path: messages, times: 1 }
  ),
  numbered(
    "slow",
    { name: "millis", fallback: "2000", least: 0, most: 60_000 },
    "send everything this late, until /heal",
    (millis) => `everything is ${millis} ms late until you /heal it`,
    (millis) => [{ _tag: "Delay", millis }]
  ),
  fixed("twice", "deliver the next event twice", "the next event is delivered twice", { _tag: "Duplicate", times: 1 }),
  fixed("garbage", "send something that means nothing", "something that means nothing is sent", {
    _tag: "Malformed",
    text: "{"
  })
]
