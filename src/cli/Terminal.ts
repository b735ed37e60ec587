import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Readline from "node:readline"

/** Who speaks, or what something is about. */
export type Who = "you" | "bot" | "gateway" | "platform"

/** A person at a terminal, or a program at the other end of a pipe. */
export interface Terminal {
  /** What is typed, line by line; it ends when the person leaves, and never when a pipe merely runs dry. */
  readonly lines: Stream.Stream<string>
  /** Shows one thing; `detail` is told to machines only. */
  readonly show: (who: Who, text: string, detail?: unknown) => Effect.Effect<void>
  /** Shows text for people that machines have no use for. */
  readonly explain: (text: string) => Effect.Effect<void>
}

const width = "platform".length + 1

const label = (who: Who): string => `${who.padStart(width)}  `

const colours: { readonly [W in Who]: string } = { you: "36", bot: "1", gateway: "33", platform: "2" }

/** Standard input and output, for as long as the scope lives; `json` shows one object a line. */
export const open = (options: { readonly json: boolean }): Effect.Effect<Terminal, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { stdin, stdout } = process
    const interactive = stdin.isTTY === true && stdout.isTTY === true && !options.json
    const coloured = stdout.isTTY === true && process.env["NO_COLOR"] === undefined && !options.json
    const paint = (who: Who, text: string) => (coloured ? `\u001b[${colours[who]}m${text}\u001b[0m` : text)
    const typed = yield* Mailbox.make<string>()
    /** Takes the prompt away, so that what follows begins on a line of its own. */
    const wipe = () => {
      if (!interactive) return
      Readline.clearLine(stdout, 0)
      Readline.cursorTo(stdout, 0)
    }

    const readline = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Readline.createInterface({
          input: stdin,
          ...(interactive ? { output: stdout } : undefined),
          prompt: label("you")
        })
      ),
      (readline) =>
        Effect.sync(() => {
          readline.close()
          wipe()
        })
    )
    const write = (text: string) =>
      Effect.sync(() => {
        wipe()
        stdout.write(`${text}\n`)
        if (interactive) readline.prompt(true)
      })

    readline.on("line", (line) => {
      typed.unsafeOffer(line)
      if (interactive) readline.prompt()
    })
    // at a terminal readline keeps the interrupt to itself
    readline.on("SIGINT", () => process.kill(process.pid, "SIGINT"))
    readline.on("close", () => {
      if (interactive) typed.unsafeDone(Effect.exit(Effect.void).pipe(Effect.runSync))
    })

    const lines = Mailbox.toStream(typed).pipe(
      Stream.map((line) => line.trim()),
      Stream.filter((line) => line !== "")
    )
    const show: Terminal["show"] = (who, text, detail) =>
      options.json
        ? Effect.flatMap(Clock.currentTimeMillis, (at) =>
            write(JSON.stringify({ at, who, text, ...(detail === undefined ? undefined : { detail }) }))
          )
        : write(`${paint(who, label(who))}${text}`)
    return {
      // a person sees what they typed; what came through a pipe is shown
      lines: interactive ? lines : Stream.tap(lines, (line) => show("you", line)),
      show,
      explain: (text) => (options.json ? Effect.void : write(text))
    }
  })
