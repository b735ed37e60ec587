import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../dist/bin/holdfast.js", import.meta.url))

/** What is to be undone when the file's tests are over; they run side by side. */
const undo: Array<() => void> = []

/** Ends the programs that were started, and removes the folders that were made. */
export const tidy = (): void => {
  for (const one of undo.splice(0).toReversed()) one()
}

/** A folder that is gone after the tests. */
export const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "holdfast-"))
  undo.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The built program, as a user runs it: started, written to, waited for. */
export class Program {
  stdout = ""
  stderr = ""
  /** the exit code, or the signal's name */
  readonly ended: Promise<number | string | null>
  private readonly child: ChildProcess
  private readonly waiting = new Set<() => void>()

  constructor(
    args: ReadonlyArray<string>,
    options: {
      readonly env?: Record<string, string>
      readonly cwd?: string
      readonly command?: ReadonlyArray<string>
    } = {}
  ) {
    const { PATH = "" } = process.env
    const cwd = options.cwd ?? folder()
    this.child = spawn(process.execPath, [...(options.command ?? [bin]), ...args], {
      cwd,
      // what it keeps is no other program's, nor is the port at which operators ask
      env: { PATH, HOME: cwd, ...(args[0] === "run" ? { HOLDFAST_API_PORT: "off" } : undefined), ...options.env }
    })
    const heard = (keep: (text: string) => void) => (data: Buffer) => {
      keep(data.toString())
      for (const look of this.waiting) look()
    }
    this.child.stdout?.on(
      "data",
      heard((text) => (this.stdout += text))
    )
    this.child.stderr?.on(
      "data",
      heard((text) => (this.stderr += text))
    )
    this.ended = new Promise((resolve) =>
      this.child.once("close", (code, signal) => {
        resolve(code ?? signal)
        for (const look of this.waiting) look()
      })
    )
    undo.push(() => void this.child.kill("SIGKILL"))
  }

  get output(): string {
    return this.stdout + this.stderr
  }

  /** Types these lines. */
  type(...lines: ReadonlyArray<string>): void {
    this.child.stdin?.write(lines.map((line) => `${line}\n`).join(""))
  }

  /** Nothing more will be typed. */
  leave(): void {
    this.child.stdin?.end()
  }

  signal(name: "SIGTERM" | "SIGINT" | "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGHUP"): void {
    this.child.kill(name)
  }

  /** Waits until this was printed `times` times; fails with all that was printed when it never is. */
  says(what: RegExp, times = 1): Promise<RegExpMatchArray> {
    const all = new RegExp(what, `${what.flags.replace("g", "")}g`)
    return new Promise((resolve, reject) => {
      const look = () => {
        const matches = [...this.output.matchAll(all)]
        const match = matches[times - 1]
        if (match !== undefined) resolve(match)
        else if (this.child.exitCode !== null || this.child.signalCode !== null)
          reject(new Error(`it ended (${this.child.exitCode}) and never said ${what}:\n${this.output}`))
        else return
        this.waiting.delete(look)
      }
      this.waiting.add(look)
      setTimeout(() => reject(new Error(`it did not say ${what}:\n${this.output}`)), 40_000).unref()
      look()
    })
  }
}

/** A simulated platform for people, and the environment that points at it. */
export const platform = async (
  name: "qq" | "telegram" = "qq"
): Promise<{ readonly program: Program; readonly env: Record<string, string> }> => {
  const program = new Program(["simulate", name, "--port", "0"])
  await program.says(/_ACCESS=open/)
  const env = Object.fromEntries(
    [...program.stdout.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value])
  )
  return { program, env }
}
