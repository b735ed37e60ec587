// Somebody who asks a process the same few things, one after the other, and how long each answer takes.
import { readFileSync } from "node:fs"
import { Agent, get } from "node:http"
import type { ChildProcess } from "node:child_process"
import { live } from "../../src/page/Asked.ts"
import type { Measure } from "./Stage.ts"

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

interface Answer {
  /** milliseconds until its last byte */
  readonly took: number
  readonly status: number
  readonly text: string
}

const ask = (port: number, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const request = get({ host: "127.0.0.1", port, path, agent }, (response) => {
      let text = ""
      response.on("data", (piece: Buffer) => (text += piece.toString()))
      response.once("end", () => resolve({ took: performance.now() - started, status: response.statusCode ?? 0, text }))
    })
    request.once("error", reject)
  })

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

/** Has the process take its accounts up, and waits until all are connected. */
export const connected = async (child: ChildProcess, port: number, accounts: number): Promise<void> => {
  child.send("go")
  for (let known = 0; known < accounts; await pause(100)) {
    const { status, text } = await ask(port, "/readyz")
    known = status === 200 ? JSON.parse(text).accounts.length : 0
  }
}

/** So many pages in browsers, each of which reads what changes; answers how many bytes they have read. */
export const watched = async (port: number, pages: number): Promise<() => number> => {
  let bytes = 0
  const open = (): Promise<void> =>
    new Promise((resolve, reject) =>
      get({ host: "127.0.0.1", port, path: live(false), agent: false }, (response) => {
        response.on("data", (piece: Buffer) => (bytes += piece.length))
        response.once("data", () => resolve())
      }).once("error", reject)
    )
  await Promise.all(Array.from({ length: pages }, open))
  return () => bytes
}

/** Milliseconds between two questions: each path is asked a dozen times a second, far more often than anybody scrapes. */
const breath = 20

/** How long each path takes to be answered, asked in turn for so many seconds. */
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
      await pause(breath)
    }
  return took
}

/** Milliseconds for which a process was ready to run and had no CPU, where the system tells: what the machine did meanwhile is not ours. */
export const starved = (pid: number | undefined): number => {
  try {
    const [, waited = 0] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ").map(Number)
    return waited / 1e6
  } catch {
    return Number.NaN
  }
}

/** What the process has handled since it was last told one of these words. */
export const handled = (child: ChildProcess, word: "go" | "read"): Promise<Measure> =>
  new Promise((resolve) => {
    child.once("message", (measure) => resolve(measure as Measure))
    child.send(word)
  })
