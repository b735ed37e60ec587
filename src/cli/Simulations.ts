import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AccountId } from "../domain/Address.ts"
import type { Line } from "../http/Api/Simulated.ts"
import type { Simulated as OnPage } from "../http/Simulations.ts"
import * as Pressing from "./Pressing.ts"
import type { Row, Simulated } from "./Simulated.ts"
import type { Terminal } from "./Terminal.ts"

/** How much of what was said is kept for who looks later. */
const kept = 200

/** What is said on a simulated platform, from wherever: the newest lines of it. */
export interface Overheard {
  /** the platform itself, overheard */
  readonly simulated: Simulated
  readonly said: Effect.Effect<ReadonlyArray<Line>>
}

/** Listens to all that is said on a platform, and to what is done to it, for as long as the scope lasts. */
export const overhear = (simulated: Simulated): Effect.Effect<Overheard, never, Scope.Scope> =>
  Effect.gen(function* () {
    let lines: ReadonlyArray<Line> = []
    const note = (who: Line["who"], text: string) =>
      Effect.map(Clock.currentTimeMillis, (at) => {
        const id = (lines.at(-1)?.id ?? 0) + 1
        lines = [...lines, { id, at, who, text }].slice(-kept)
      })
    yield* simulated.saying.pipe(
      Stream.runForEach((said) => note("bot", Pressing.shown(said))),
      Effect.forkScoped
    )
    return {
      simulated: {
        ...simulated,
        say: (text) => Effect.zipRight(note("you", text), simulated.say(text)),
        obey: (line) => Effect.tap(simulated.obey(line), (done) => note("platform", done)),
        heal: Effect.zipRight(simulated.heal, note("platform", healed))
      },
      said: Effect.sync(() => lines)
    }
  })

const healed = "all is well again"

const heal = { typed: "/heal", meaning: "end everything that is wrong" }

/** The same for people who are not at the terminal; what they say and do is shown there. */
export const elsewhere = (
  row: Row,
  account: AccountId,
  { said, simulated }: Overheard,
  terminal: Pick<Terminal, "show">
): readonly [AccountId, OnPage] => {
  const show = (who: "you" | "platform", text: string) => terminal.show(who, text, { account })
  const obeyed = (line: string) =>
    line === heal.typed ? Effect.as(simulated.heal, healed) : simulated.obey(line.startsWith("/") ? line : `/${line}`)
  return [
    account,
    {
      account,
      title: row.title,
      manual: [heal, ...row.manual.map(([typed, meaning]) => ({ typed, meaning }))],
      said,
      say: (text) => Effect.zipRight(show("you", text), simulated.say(text)),
      fault: (line) => Effect.tap(obeyed(line), (done) => show("platform", done))
    }
  ]
}
