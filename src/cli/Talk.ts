import * as Effect from "effect/Effect"
import type { Fault } from "../adapter/Simulator.ts"
import type { QQFault, QQSimulator } from "../platforms/qq/Simulator.ts"

type Faults = ReadonlyArray<Fault | QQFault>

/** Something that a person can do to the simulated platform: how it is written, what it does, and what is said when it is done. */
export interface Command {
  readonly name: string
  /** how its argument is called, and which one is taken when there is none */
  readonly argument?: { readonly name: string; readonly fallback: string }
  readonly help: string
  /** The faults that this argument means; undefined when it means none. */
  readonly faults: (argument: string) => Faults | undefined
  readonly done: (argument: string) => string
}

const fixed = (name: string, help: string, done: string, ...faults: Faults): Command => ({
  name,
  help,
  faults: () => faults,
  done: () => done
})

const whole = (text: string, least: number, most: number): number | undefined => {
  const value = Number(text)
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined
}

const numbered = (
  name: string,
  argument: { readonly name: string; readonly fallback: string; readonly least: number; readonly most: number },
  help: string,
  done: (value: string) => string,
  faults: (value: number) => Faults
): Command => ({
  name,
  argument,
  help,
  done,
  faults: (text) => {
    const value = whole(text, argument.least, argument.most)
    return value === undefined ? undefined : faults(value)
  }
})

const steps: ReadonlySet<string> = new Set(["http", "upgrade", "hello", "ready"])
const isStep = (step: string): step is "http" | "upgrade" | "hello" | "ready" => steps.has(step)

const cut: Fault = { _tag: "Cut" }

/** Everything that can be done, in the order in which help tells it. */
export const commands: ReadonlyArray<Command> = [
  fixed("cut", "cut the line without a word", "the line is cut", cut),
  numbered(
    "close",
    { name: "code", fallback: "4009", least: 1000, most: 4999 },
    "close the line with a code: 4009 session timed out, 4004 token, 4008 too fast, 4914 offline",
    (code) => `the line is closed with ${code}`,
    (code) => [{ _tag: "Close", code }]
  ),
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
  {
    name: "stall",
    argument: { name: "step", fallback: "hello" },
    help: "cut the line, and never answer at this step of the next: http, upgrade, hello or ready; until /heal",
    faults: (step) => (isStep(step) ? [{ _tag: "Stall", step }, cut] : undefined),
    done: (step) => `the line is cut, and the next never gets past ${step} until you /heal it`
  },
  numbered(
    "kick",
    { name: "millis", fallback: "1000", least: 0, most: 60_000 },
    "accept every line and close it this soon after it is ready, until /heal",
    (millis) => `every line is kicked after ${millis} ms until you /heal it`,
    (after) => [{ _tag: "CloseOn", step: "ready", code: 4009, after }, cut]
  ),
  fixed("reconnect", "ask the bot to reconnect (op 7), as QQ does every half hour", "the bot is asked to reconnect", {
    _tag: "Reconnect"
  }),
  fixed(
    "invalid",
    "declare the session invalid (op 9), so that it cannot be resumed",
    "the session is declared invalid",
    {
      _tag: "InvalidSession",
      resumable: false,
      on: "now"
    }
  ),
  fixed("deaf", "answer no heartbeat, until /heal", "no heartbeat is answered until you /heal it", {
    _tag: "DropAcks"
  }),
  fixed("expire", "make every token void", "every token is void", { _tag: "ExpireToken" }),
  fixed("ban", "ban the bot (4915), until /heal: now a person must act", "the bot is banned until you /heal it", {
    _tag: "Ban",
    code: 4915
  }),
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
    { _tag: "LoseAnswer", path: "/messages", times: 1 }
  ),
  numbered(
    "slow",
    { name: "millis", fallback: "2000", least: 0, most: 60_000 },
    "send every answer and frame this late, until /heal",
    (millis) => `everything is ${millis} ms late until you /heal it`,
    (millis) => [{ _tag: "Delay", millis }]
  ),
  fixed("twice", "deliver the next event twice", "the next event is delivered twice", { _tag: "Duplicate", times: 1 }),
  fixed("garbage", "send a frame that means nothing", "a frame that means nothing is sent", {
    _tag: "Malformed",
    text: "{"
  })
]

const written = ({ argument, name }: Pick<Command, "name" | "argument">): string =>
  argument === undefined ? `/${name}` : `/${name} ${argument.fallback}`

/** What is understood besides the faults. */
const own = (restarts: boolean): ReadonlyArray<readonly [string, string]> => [
  ["/heal", "end everything that is wrong"],
  ...(restarts ? [["/restart", "as an operator: a fresh adapter now, whatever it waits for"] as const] : []),
  ["/status", "what is known now"],
  ["/help", "this list"],
  ["/quit", "leave"]
]

/** All commands, one a line; `restarts` where there is a gateway to be told to. */
export const help = (restarts: boolean): string =>
  [...commands.map((command) => [written(command), command.help] as const), ...own(restarts)]
    .map(([command, text]) => `  ${command.padEnd(14)} ${text}`)
    .join("\n")

/** Does what a line beginning with a slash asks for, and says what was done or what was not understood. */
export const obey = (simulator: QQSimulator, line: string): Effect.Effect<string> => {
  const [word = "", given] = line.slice(1).split(/\s+/, 2)
  if (word === "heal") return Effect.as(simulator.heal, "all is well again")
  const command = commands.find(({ name }) => name === word)
  if (command === undefined) return Effect.succeed(`there is no /${word}; /help lists what there is`)
  const argument = given ?? command.argument?.fallback ?? ""
  const faults = command.faults(argument)
  return faults === undefined
    ? Effect.succeed(`"${argument}" means nothing here; for example: ${written(command)}`)
    : Effect.as(Effect.forEach(faults, simulator.fault, { discard: true }), command.done(argument))
}
