import * as Effect from "effect/Effect"
import type { Said, SaidButton, Simulator } from "../adapter/Simulator.ts"

/** How a button is pressed by typing. */
export const manual = [
  "/press 1",
  "press a button of what the bot said last, by its number or by what it says"
] as const

const asked = /^\/press(?:\s+(.*))?$/

/** A line that presses a button. */
export const isPress = (line: string): boolean => asked.test(line.trim())

const buttonsOf = ({ buttons = [] }: Said): ReadonlyArray<SaidButton> => buttons.flat()

const listed = (said: Said): string =>
  buttonsOf(said)
    .map(({ label }, index) => `[${index + 1} ${label}]`)
    .join(" ")

/** What the bot said, with what it shows above and the buttons below. */
export const shown = (said: Said): string => {
  const above = said.shows === undefined ? [] : [`[${said.shows}]`]
  const below = said.buttons === undefined ? [] : [listed(said)]
  return above.length + below.length === 0
    ? said.text
    : [...above, said.text, ...below].filter((line) => line !== "").join("\n")
}

/** What a simulated platform is told of a press, whichever it is. */
export interface Press {
  readonly conversation: string
  readonly message: string
  readonly button: string
  readonly data: string
}

/** Presses what a line asks for in this conversation, and says what was done or what there is to press. */
export const obey =
  <F>(
    simulator: Pick<Simulator<F>, "said"> & { readonly press: (press: Press) => Effect.Effect<unknown> },
    conversation: string
  ) =>
  (line: string): Effect.Effect<string> =>
    Effect.gen(function* () {
      const wanted = (asked.exec(line.trim())?.[1] ?? "1").trim()
      const said = (yield* simulator.said).findLast(
        (one) => one.conversation === conversation && buttonsOf(one).length > 0
      )
      if (said === undefined) return "the bot has shown no button yet"
      const buttons = buttonsOf(said)
      const button = buttons.find(({ label }) => label === wanted) ?? buttons[Number(wanted) - 1]
      if (button === undefined) return `there is no button "${wanted}"; there are ${listed(said)}`
      const { data, id = button.label, label, url } = button
      if (data === undefined) return `"${label}" opens ${url ?? "nothing"}; the bot does not hear of it`
      yield* simulator.press({ conversation, message: said.id, button: id, data })
      return `you pressed "${label}"`
    })
