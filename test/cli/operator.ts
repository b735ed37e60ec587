import { Effect } from "effect"
import { folder, Program } from "./program.ts"
import { qq } from "./served.ts"

const person = "c2c:0123456789ABCDEF0123456789ABCDEF"
export const conversation = `qq:main/${person}`

/** A user's home on one machine, and the platform that their bot is on. */
export const user = Effect.map(qq, ({ env, simulator }) => {
  const cwd = folder()
  const options = { cwd, env: { ...env, HOLDFAST_LOG_FORMAT: "pretty" } }
  const run = (more: Record<string, string> = {}) =>
    Effect.promise(async () => {
      const program = new Program(["run"], { cwd, env: { ...options.env, ...more } })
      await program.says(/qq:main connected as/)
      return program
    })
  const command = (args: ReadonlyArray<string>, more: Record<string, string> = {}) =>
    Effect.promise(async () => {
      const program = new Program(args, { cwd, env: { ...options.env, ...more } })
      const code = await program.ended
      return { code, stdout: program.stdout, stderr: program.stderr }
    })
  const stop = (program: Program, signal: "SIGTERM" | "SIGKILL" = "SIGTERM") =>
    Effect.promise(() => {
      program.signal(signal)
      return program.ended
    })
  /** Waits until the bot has said so much, and gives what. */
  const said = (count: number) =>
    simulator.said.pipe(
      Effect.map((all) => all.map(({ text }) => text)),
      Effect.delay("20 millis"),
      Effect.repeat({ until: (all) => all.length >= count })
    )
  return {
    cwd,
    env: options.env,
    run,
    command,
    simulator,
    stop,
    said,
    hear: (text: string) => simulator.hear({ conversation: person, text })
  }
})

export const lines = (text: string): ReadonlyArray<unknown> =>
  text.split("\n").flatMap((line): ReadonlyArray<unknown> => (line === "" ? [] : [JSON.parse(line)]))

/** Waits until it has put so many aside. */
export const dead = (program: Program, count: number) => Effect.promise(() => program.says(/was put aside/, count))

export const send = (text: string, key: string) => ["send", conversation, text, "--key", key]
