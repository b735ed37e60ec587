import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Readline from "node:readline"
import { hanging, wrapped } from "./Width.ts"

/** Who speaks, or what something is about. */
export type Who = "you" | "bot" | "gateway" | "platform"

/** What else there is to say about something shown. */
export interface About {
  /** the account that it concerns, where there are several */
  readonly account?: string | undefined
  /** told to machines only */
  readonly detail?: unknown
}

/** A person at a terminal, or a program at the other end of a pipe. */
export interface Terminal {
  /** What is typed, line by line; it ends when the person leaves, and never when a pipe merely runs dry. */
  readonly lines: Stream.Stream<string>
  /** Shows one thing. */
  readonly show: (who: Who, text: string, about?: About) => Effect.Effect<void>
  /** Shows text for people that machines have no use for. */
  readonly explain: (text: string) => Effect.Effect<void>
  /** What is typed from now on is for this account, and shows that it is. */
  readonly address: (account: string) => Effect.Effect<void>
}

const width = "platform".length + 1

const label = (who: Who): string => `${who.padStart(width)}  `

const colours: { readonly [W in Who]: string } = { you: "36", bot: "1", gateway: "33", platform: "2" }

/**
 * Standard input and output, for as long as the scope lives; `json` shows one object a line. Where several `accounts` are
 * spoken of, each line says of which it is.
 */
export const open = (options: {
  readonly json: boolean
  readonly accounts?: ReadonlyArray<string>
}): Effect.Effect<Terminal, never, Scope.Scope> =>
  Effect.gen(function* () {
    const column = Math.max(-2, ...(options.accounts ?? []).map((account) => account.length)) + 2
    let addressed: string | undefined
    const prefix = (who: Who, account = "") => `${label(who)}${account.padEnd(column)}`
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
          prompt: prefix("you")
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
    /** At a terminal what does not fit beside the names goes on beside them. */
    const beside = (left: string, text: string): string => {
      if (stdout.isTTY !== true) return text
      const columns = Math.max(20, stdout.columns - left.length)
      return text
        .split("\n")
        .flatMap((line) => wrapped(line, columns))
        .join(`\n${" ".repeat(left.length)}`)
    }
    const fitted = (text: string): string =>
      stdout.isTTY !== true
        ? text
        : text
            .split("\n")
            .flatMap((line) => hanging(line, stdout.columns))
            .join("\n")
    const show: Terminal["show"] = (who, text, { account, detail } = {}) => {
      if (options.json)
        return Effect.flatMap(Clock.currentTimeMillis, (at) =>
          write(JSON.stringify({ at, who, account, text, detail }))
        )
      const left = prefix(who, account)
      return Effect.suspend(() => write(`${paint(who, left)}${beside(left, text)}`))
    }
    return {
      // a person sees what they typed; what came through a pipe is shown
      lines: interactive ? lines : Stream.tap(lines, (line) => show("you", line, { account: addressed })),
      show,
      explain: (text) => (options.json ? Effect.void : Effect.suspend(() => write(fitted(text)))),
      address: (account) =>
        Effect.sync(() => {
          addressed = account
          readline.setPrompt(prefix("you", account))
          if (interactive) readline.prompt(true)
        })
    }
  })
