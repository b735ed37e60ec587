import * as Effect from "effect/Effect"
import type { Fault, Simulator } from "../adapter/Simulator.ts"
import { type Command, written } from "./Command.ts"

/** What can be typed, and what it does. */
export type Manual = ReadonlyArray<readonly [typed: string, meaning: string]>

export const manual = (commands: ReadonlyArray<Command<unknown>>): Manual =>
  commands.map((command) => [written(command), command.help])

/** What is understood besides the faults: `platforms` where there are several, `restarts` where there is a gateway to be told to. */
export const own = (options: {
  readonly platforms: ReadonlyArray<{ readonly name: string; readonly title: string }>
  readonly restarts: boolean
}): Manual => [
  ["/heal", "end everything that is wrong"],
  ...options.platforms.map(
    ({ name, title }) => [`/${name}`, `talk to the bot on ${title} from here on, and hurt ${title}`] as const
  ),
  ...(options.restarts ? [["/restart", "as an operator: a fresh adapter now, whatever it waits for"] as const] : []),
  ["//new", "say /new to the bot, or anything else that begins with a slash"],
  ["/status", "what is known now"],
  ["/help", "this list"],
  ["/quit", "leave"]
]

/** One line for each. */
export const listed = (rows: Manual): string =>
  rows.map(([typed, meaning]) => `  ${typed.padEnd(18)} ${meaning}`).join("\n")

/** Does what a line beginning with a slash asks for, and says what was done or what was not understood. */
export const obey =
  <F>(simulator: Pick<Simulator<F>, "fault">, commands: ReadonlyArray<Command<Fault | F>>) =>
  (line: string): Effect.Effect<string> => {
    const [word = "", given] = line.slice(1).split(/\s+/, 2)
    const command = commands.find(({ name }) => name === word)
    if (command === undefined) return Effect.succeed(`there is no /${word} here; /help lists what there is`)
    const argument = given ?? command.argument?.fallback ?? ""
    const faults = command.faults(argument)
    return faults === undefined
      ? Effect.succeed(`"${argument}" means nothing here; for example: ${written(command)}`)
      : Effect.as(Effect.forEach(faults, simulator.fault, { discard: true }), command.done(argument))
  }
