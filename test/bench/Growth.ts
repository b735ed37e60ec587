import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Seen } from "./Askers.ts"
import { program } from "./Stage.ts"
import type { Told } from "./Teller.ts"

const ask = async <A>(child: ChildProcess): Promise<A> => {
  const answer = once(child, "message")
  child.send({})
  const [said] = await answer
  return said
}

/** What came of answers that grow. */
export interface Grown {
  /** milliseconds from the question to the first of its answer on the wire, over what the handler itself took */
  readonly added: ReadonlyArray<number>
  /** with nobody asking, and in the middle of all answers */
  readonly idle: Told
  readonly busy: Told
  /** steps a second in the middle, microseconds of CPU for each, the handler's included, and answers that were whole in the end */
  readonly steps: number
  readonly cost: number
  readonly whole: number
}

/** Milliseconds that a process which is late has left to finish. */
const patience = 60_000

/** Who asks and is told what; milliseconds. */
export interface Talk {
  readonly bots: number
  /** people who ask one bot */
  readonly each: number
  /** all of them ask within that */
  readonly within: number
  readonly words: number
  /** from one word to the next */
  readonly every: number
}

/** What comes of a talk. */
export const grown = async ({ bots, each, every, within, words }: Talk): Promise<Grown> => {
  const [{ port }, askers] = await program<{ readonly port: number }>("Askers", String(bots))
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"))
  const [, teller] = await program(
    "Teller",
    String(port),
    String(bots),
    String(words),
    join(folder, "store.db"),
    String(every)
  )
  try {
    while ((await ask<Told>(teller)).connected < bots) await sleep(100)
    await sleep(1000)
    const idle = await ask<Told>(teller)
    const people = Array.from({ length: each }, (_, n) =>
      Array.from({ length: bots }, (_, bot) => [`P${bot}X${n}`, `${bot}`] as const)
    ).flat()
    for (const one of people) {
      askers.send({ people: [one] })
      await sleep(within / people.length)
    }
    const left = words * every - within
    await sleep(left / 4)
    await ask<Told>(teller)
    const from = (await ask<Seen>(askers)).steps
    await sleep(left / 4)
    const shown = (await ask<Seen>(askers)).steps - from
    const busy = await ask<Told>(teller)
    let seen = await ask<Seen>(askers)
    for (let waited = 0; seen.whole < people.length && waited < left / 2 + patience; waited += 500) {
      await sleep(500)
      seen = await ask<Seen>(askers)
    }
    const told = await ask<Told>(teller)
    const own = new Map(told.first)
    const added = seen.first.map(([person, took]) => took - (own.get(person) ?? Number.NaN))
    const [steps, cost] = [shown / (left / 4000), (busy.cpu * 1e6) / shown]
    return { added, idle, busy, steps, cost, whole: seen.whole }
  } finally {
    for (const child of [askers, teller]) {
      child.removeAllListeners("exit")
      child.kill("SIGKILL")
    }
    rmSync(folder, { recursive: true, force: true })
  }
}
