import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { QQSimulator } from "../platforms/qq/Simulator.ts"
import * as Talk from "./Talk.ts"
import type { Terminal } from "./Terminal.ts"

/** The person at the terminal, as the simulated platform knows them. */
const conversation = "c2c:5EAF00D0C0FFEE00DEADBEEF0BADCAFE"

/** Lets the person at the terminal talk to the bot and to the simulated platform; ends when they leave. */
export const run = (options: {
  readonly simulator: QQSimulator
  readonly terminal: Terminal
  /** what `/status` shows */
  readonly status: Effect.Effect<void>
  /** what `/restart` does, where there is a gateway to be told */
  readonly restart?: Effect.Effect<void>
}): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { restart, simulator, status, terminal } = options
    yield* simulator.saying.pipe(
      Stream.runForEach((said) => terminal.show("bot", said.text, said)),
      Effect.forkScoped
    )

    const say = (text: string) =>
      Effect.gen(function* () {
        yield* simulator.hear({ conversation, text })
        const lines = yield* simulator.connections
        if (lines.length === 0)
          yield* terminal.show("platform", "the bot is away; it hears this if it resumes its session")
      })

    const take = (line: string): Effect.Effect<void> => {
      if (!line.startsWith("/")) return say(line)
      if (line === "/help") return terminal.explain(Talk.help(restart !== undefined))
      if (line === "/restart" && restart !== undefined) return restart
      if (line === "/status") return status
      return Effect.flatMap(Talk.obey(simulator, line), (done) => terminal.show("platform", done))
    }

    yield* terminal.lines.pipe(
      Stream.takeWhile((line) => line !== "/quit"),
      Stream.runForEach(take)
    )
  })
