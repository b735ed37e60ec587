// Prints each figure beside its baseline, taken in turn in the same run. It judges nothing: the machine may be busy.
import { spawnSync } from "node:child_process"
import type { Durable } from "./DurablePath.ts"
import { grown } from "./Growth.ts"
import { asked, connected, handled, starved, watched } from "./Asking.ts"
import { deployed, type Measure, median, percentile, program, withFlood } from "./Stage.ts"

const listening = 200_000
const polling = 200_000
const whole = 1_000_000
const idle = 10_000
const rounds = 5

const runOn =
  (flood: string, rate = 0) =>
  <A extends Measure>(name: string, events: number, ...args: ReadonlyArray<string>): Promise<A> =>
    withFlood(
      flood,
      events,
      async (port) => {
        const [measure, child] = await deployed<A>(name, ...args, String(port), String(events))
        child.removeAllListeners("exit")
        child.kill("SIGKILL")
        return measure
      },
      rate
    )
const run = runOn("Flood")
const runPolls = runOn("PollFlood")

const rate = (measure: Measure): number => measure.events / measure.seconds
const perEvent = (measure: Measure): number => (measure.cpu / measure.events) * 1e6
const line = (...words: ReadonlyArray<string>): void => void process.stdout.write(`${words.join("  ")}\n`)
const round = (number: number, digits = 0): string => number.toFixed(digits)

/** One side and the other in turn, and how they compare. */
const compare = async (title: string, raw: () => Promise<Measure>, ours: () => Promise<Measure>): Promise<void> => {
  const pairs: Array<readonly [raw: Measure, ours: Measure]> = []
  for (let i = 0; i < rounds; i++) pairs.push([await raw(), await ours()])
  const of = (pick: (pair: readonly [Measure, Measure]) => number) => median(pairs.map(pick))
  const side = (name: string, which: 0 | 1): void =>
    line(
      `  ${name}`,
      `${round(of((pair) => rate(pair[which])))} events/s`,
      `${round(
        of((pair) => perEvent(pair[which])),
        2
      )} us CPU an event`,
      `${round(of((pair) => pair[which].resident))} MB resident`
    )
  line(title, `(${rounds} pairs of ${pairs[0]?.[0].events ?? 0} events, medians)`)
  side("raw ", 0)
  side("ours", 1)
  line(
    "  ours / raw",
    `${round(
      of(([raw, ours]) => rate(ours) / rate(raw)),
      2
    )} of the rate (target 0.5)`,
    `${round(
      of(([raw, ours]) => perEvent(ours) / perEvent(raw)),
      2
    )} of the CPU`
  )
}

const listenPath = (): Promise<void> =>
  compare(
    "listen path, frame to inbox, against ws + JSON.parse",
    () => run("Raw", listening),
    () => run("Ours", listening, "listen")
  )

const pollPath = (): Promise<void> =>
  compare(
    "polling path, 100 updates a poll to a counting handler, against fetch + JSON.parse",
    () => runPolls("PollRaw", polling),
    () => runPolls("Polls", polling)
  )

const wholePath = async (): Promise<void> => {
  const measure = await run<Measure & { readonly heaps: ReadonlyArray<number> }>("Ours", whole, "whole")
  line(`whole path, frame to handler to a sender that counts (${whole} events)`)
  line(
    "  ours",
    `${round(rate(measure))} events/s (target 25000)`,
    `${round(perEvent(measure), 2)} us CPU an event`,
    `${round(measure.resident)} MB resident`
  )
  line("  heap after each quarter:", measure.heaps.map((heap) => `${round(heap)} MB`).join(", "))
}

const durableRows = 100_000

/** A queue in an SQLite file against the least that a driver has to do for the same rows in the same chunks. */
const durableQueue = async (): Promise<void> => {
  const run = async (mode: string): Promise<Measure> => {
    const [measure, child] = await program<Measure>("DurableQueue", mode, String(durableRows))
    child.removeAllListeners("exit")
    child.kill("SIGKILL")
    return measure
  }
  const pairs: Array<readonly [bare: Measure, ours: Measure]> = []
  for (let i = 0; i < 3; i++) pairs.push([await run("bare"), await run("durable")])
  const of = (pick: (pair: readonly [Measure, Measure]) => number) => median(pairs.map(pick))
  line(`a row offered, worked on and settled in SQLite (${pairs.length} pairs of ${durableRows} rows, medians)`)
  for (const [name, which] of [
    ["bare", 0],
    ["ours", 1]
  ] as const)
    line(
      `  ${name}`,
      `${round(of((pair) => rate(pair[which])))} rows/s`,
      `${round(
        of((pair) => perEvent(pair[which])),
        1
      )} us CPU a row`
    )
  line(
    "  bare / ours",
    `${round(
      of(([bare, ours]) => rate(bare) / rate(ours)),
      2
    )} times the rate (target 3)`
  )
}

const durable = 100_000
const dripping = { rate: 1000, events: 10_000 }
const keptBefore = [1000, 100_000, 1_000_000]

/**
 * The whole path through an SQLite file, against bare inserts: of the same rows in chunks of the same sizes, and of the least that
 * has to be written.
 */
const durablePath = async (): Promise<void> => {
  line(`durable path, frame to SQLite inbox to echo to outbox to a sender that counts (${durable} events)`)
  for (const kept of keptBefore) {
    const rounds: Array<Readonly<Record<"rows" | "least", Measure>> & { readonly ours: Durable }> = []
    for (let i = 0; i < 3; i++) {
      const ours = await run<Durable>("DurablePath", durable, String(kept))
      const sizes = [ours.events, Math.round(ours.chunk), Math.round(ours.answers), ours.size].map(String)
      const [rows] = await deployed<Measure>("DurableRows", ...sizes, String(kept))
      const [least] = await deployed<Measure>("DurableBare", ...sizes)
      rounds.push({ ours, rows, least })
    }
    const of = (pick: (round: (typeof rounds)[number]) => number, digits?: number) =>
      round(median(rounds.map(pick)), digits)
    line(
      `  ${kept} known before`,
      `${of(({ ours }) => rate(ours))} events/s (target 10000)`,
      `${of(({ ours }) => perEvent(ours), 1)} us CPU an event`,
      `in chunks of ${of(({ ours }) => ours.chunk)} events and ${of(({ ours }) => ours.answers)} answers`,
      `${of(({ ours }) => ours.file)} MB on the disk`
    )
    line(
      `    the same rows, bare: ${of(({ rows }) => rate(rows))} events/s`,
      `${of(({ ours, rows }) => rate(rows) / rate(ours), 2)} times (target 3)`,
      `the least that has to be written: ${of(({ least }) => rate(least))} events/s`,
      `${of(({ least, ours }) => rate(least) / rate(ours), 2)} times`
    )
  }
  for (const kept of keptBefore) {
    const { toHandler, toSend } = await runOn("Flood", dripping.rate)<Durable>(
      "DurablePath",
      dripping.events,
      String(kept)
    )
    const at = (numbers: ReadonlyArray<number>) =>
      `p50 ${round(median(numbers), 1)} ms, p99 ${round(percentile(numbers, 99), 1)} ms`
    line(
      `  ${kept} known before, at ${dripping.rate} events/s`,
      `frame to handler ${at(toHandler)}`,
      `handler to send ${at(toSend)}`
    )
  }
}

const idleAccounts = async (): Promise<void> => {
  const [cost, child] = await program<{ readonly connected: number; readonly heap: number; readonly resident: number }>(
    "Idle",
    String(idle)
  )
  child.removeAllListeners("exit")
  child.kill("SIGKILL")
  line(`an idle account (${cost.connected} of ${idle} connected)`)
  line("  ours", `${round(cost.heap, 1)} KiB of heap (target 60)`, `${round(cost.resident, 1)} KiB resident`)
}

const operators = { accounts: 200, rate: 2000, seconds: 40 }

/** What operators wait for while very many accounts hear very much in the same process. */
const http = async (): Promise<void> => {
  const { accounts, rate: all, seconds } = operators
  const each = all / accounts
  await withFlood(
    "Flood",
    each * seconds * 10,
    async (flood) => {
      const [{ port }, child] = await deployed<{ readonly port: number }>("Operators", String(flood), String(accounts))
      child.removeAllListeners("exit")
      await connected(child, port, accounts)
      await handled(child, "read")
      const before = starved(child.pid)
      const took = await asked(port, ["/livez", "/readyz", "/metrics"], seconds)
      const waited = (starved(child.pid) - before) / 10 / seconds
      const measure = await handled(child, "read")
      child.kill("SIGKILL")
      line(
        `asked over HTTP while ${accounts} accounts hear ${round(rate(measure))} events/s in the same process,`,
        `which takes ${round((measure.cpu / measure.seconds) * 100)} % of a core and waits for one ${round(waited)} % of the time`
      )
      for (const [path, times] of took)
        line(
          `  ${path}`,
          `p50 ${round(median(times), 1)} ms`,
          `p99 ${round(percentile(times, 99), 1)} ms (target 50)`,
          `of ${times.length}`
        )
    },
    each
  )
}

const pages = 100

/** What an event costs while so many pages watch, and while none does. */
const live = async (): Promise<void> => {
  const side = (watching: number): Promise<Measure & { readonly bytes: number }> =>
    withFlood("Flood", whole, async (flood) => {
      const [{ port }, child] = await program<{ readonly port: number }>("Operators", String(flood), "1", String(whole))
      child.removeAllListeners("exit")
      const bytes = await watched(port, watching)
      const measure = await handled(child, "go")
      child.kill("SIGKILL")
      return { ...measure, bytes: bytes() }
    })
  const pairs: Array<readonly [none: Measure, some: Measure & { readonly bytes: number }]> = []
  for (let i = 0; i < rounds; i++) pairs.push([await side(0), await side(pages)])
  const more = (cost: (measure: Measure) => number) =>
    `${round((median(pairs.map(([none, some]) => cost(some) / cost(none))) - 1) * 100, 1)} %`
  line(`whole path while ${pages} pages watch, and while none does (${rounds} pairs of ${whole} events, medians)`)
  line(
    `  ${more(perEvent)} more CPU an event (target 5 %)`,
    `${more((measure) => 1 / rate(measure))} more time`,
    `${round(median(pairs.map(([, { bytes, seconds }]) => bytes / seconds / pages / 1000)), 1)} kB/s for each page`
  )
}

/** Milliseconds from one piece of each of very many answers to the next: more pieces a second take the whole core. */
const streamed = 300

/** Answers that grow, over loopback, from an SQLite inbox to QQ's streamed messages. */
const growth = async (): Promise<void> => {
  const calm = await grown({ bots: 10, each: 30, within: 15_000, words: 30, every: 100 })
  line(
    `the first piece of a reply that grows, on the wire, over the handler's own (${calm.added.length} people, 20 a second)`
  )
  line(
    `  p50 ${round(median(calm.added), 1)} ms (target 10)`,
    `p99 ${round(percentile(calm.added, 99), 1)} ms`,
    `${calm.whole} of ${calm.added.length} whole in the end`
  )
  const many = await grown({ bots: 100, each: 10, within: 10_000, words: 100, every: streamed })
  const more = (of: "heap" | "resident") => ((many.busy[of] - many.idle[of]) * 1000) / many.added.length
  line(`${many.added.length} conversations that stream at once, a piece every ${streamed} ms each`)
  line(
    `  first piece p50 ${round(median(many.added), 1)} ms, p99 ${round(percentile(many.added, 99), 1)} ms`,
    `${round(many.steps)} steps a second, ${round(many.cost)} us CPU each`,
    `${round(many.busy.resident)} MB resident, ${round(many.busy.heap)} MB of heap`,
    `${round(more("heap"))} kB of heap each`,
    `${many.whole} of ${many.added.length} whole in the end`
  )
}

const startUp = (): void => {
  const time = (...args: ReadonlyArray<string>): number => {
    const started = performance.now()
    spawnSync(process.execPath, args, { stdio: "ignore" })
    return performance.now() - started
  }
  const pairs = Array.from({ length: 9 }, () => [time("-e", "0"), time("dist/bin/holdfast.js", "--help")] as const)
  const [empty, help] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))]
  line("from node to --help (9 pairs, medians)")
  line(
    "  empty node",
    `${round(empty)} ms`,
    "  holdfast --help",
    `${round(help)} ms`,
    `${round(median(pairs.map(([a, b]) => b / a)), 1)} times (target 5, and 400 ms)`
  )
}

const all = { listenPath, pollPath, wholePath, durableQueue, durablePath, idleAccounts, http, live, growth, startUp }
const wanted = process.argv.slice(2)
for (const [name, measure] of Object.entries(all)) if (wanted.length === 0 || wanted.includes(name)) await measure()
