// Somebody who asks a process the same few things, one after the other, and how long each answer takes.
import { Agent, get } from "node:http"
import type { ChildProcess } from "node:child_process"
import type { Measure } from "./Stage.ts"

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Milliseconds until the last byte of an answer, and its status. */
const ask = (port: number, path: string): Promise<{ readonly took: number; readonly status: number }> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const request = get({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume()
      response.once("end", () => resolve({ took: performance.now() - started, status: response.statusCode ?? 0 }))
    })
    request.once("error", reject)
  })

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

/** Waits until all accounts of the process are connected. */
export const ready = async (port: number): Promise<void> => {
  while ((await ask(port, "/readyz")).status !== 200) await pause(100)
}

/** How long each path takes to be answered, asked in turn for so many seconds, every 5 ms. */
export const asked = async (
  port: number,
  paths: ReadonlyArray<string>,
  seconds: number
): Promise<ReadonlyMap<string, ReadonlyArray<number>>> => {
  const took = new Map<string, Array<number>>(paths.map((path) => [path, []]))
  const until = performance.now() + seconds * 1000
  while (performance.now() < until)
    for (const path of paths) {
      took.get(path)?.push((await ask(port, path)).took)
      await pause(5)
    }
  return took
}

/** What the process has handled since it was last asked. */
export const handled = (child: ChildProcess): Promise<Measure> =>
  new Promise((resolve) => {
    child.once("message", (measure) => resolve(measure as Measure))
    child.send("read")
  })
