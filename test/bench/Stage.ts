import { type ChildProcess, fork } from "node:child_process"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** What one run of a benchmark measured. */
export interface Measure {
  readonly events: number
  readonly seconds: number
  /** user and system time of the process over the run */
  readonly cpu: number
  /** megabytes at the end */
  readonly heap: number
  readonly resident: number
}

const here = dirname(fileURLToPath(import.meta.url))

/** Runs one of the benchmark programs beside this one, with these flags, and answers with the first thing it says. */
export const programWith =
  (...flags: ReadonlyArray<string>) =>
  <A>(name: string, ...args: ReadonlyArray<string>): Promise<readonly [A, ChildProcess]> =>
    new Promise((resolve, reject) => {
      const child = fork(join(here, `${name}.js`), args, { execArgv: ["--expose-gc", ...flags] })
      child.once("message", (said) => resolve([said as A, child]))
      child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)))
    })

export const program = programWith()

/** As the program is deployed. */
export const deployed = programWith("--max-semi-space-size=32")

/** A flood server, by its program's name, in a process of its own for as long as `use` runs; `rate`, where it is held to one. */
export const withFlood = async <A>(
  name: string,
  events: number,
  use: (port: number) => Promise<A>,
  rate = 0
): Promise<A> => {
  const [{ port }, server] = await program<{ readonly port: number }>(name, String(events), String(rate))
  try {
    return await use(port)
  } finally {
    server.removeAllListeners("exit")
    server.kill()
  }
}

/** Starts counting now; the answer is to be called when `events` have been counted. */
export const clock = (): ((events: number) => Measure) => {
  const started = performance.now()
  const before = process.cpuUsage()
  return (events) => {
    const cpu = process.cpuUsage(before)
    const memory = process.memoryUsage()
    return {
      events,
      seconds: (performance.now() - started) / 1000,
      cpu: (cpu.user + cpu.system) / 1e6,
      heap: memory.heapUsed / 1e6,
      resident: memory.rss / 1e6
    }
  }
}

export const tell = (said: unknown): void => void process.send?.(said)

/** What so many of a hundred are not above. */
export const percentile = (numbers: ReadonlyArray<number>, hundredths: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length * hundredths) / 100)] ?? Number.NaN

export const median = (numbers: ReadonlyArray<number>): number => percentile(numbers, 50)
