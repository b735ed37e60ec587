import type * as Inspector from "node:inspector"
import type { Served, Silence } from "./Silence.ts"

/** What the watching thread is given. Times are milliseconds. */
export interface Orders {
  /** one that goes up for each meaning, as long as it does not hold, and after them whether a debugger is at work */
  readonly counters: SharedArrayBuffer
  readonly bound: number
  readonly tick: number
  /** what it means that a counter stands still */
  readonly meanings: ReadonlyArray<string>
  readonly code: number
}

/** What is known of the accounts, for the last words. */
export interface News {
  readonly lines: ReadonlyArray<string>
}

/**
 * The watching thread. It runs from its own text, so that it is the same in the sources, in the library and in a bundle: it
 * may use nothing but what is in it and what it is given.
 */
export function body(Silences: typeof Silence): void {
  const fs = process.getBuiltinModule("node:fs")
  const inspector = process.getBuiltinModule("node:inspector")
  const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads")
  const { bound, code, counters, meanings, tick }: Orders = workerData
  const cells = new Int32Array(counters)
  /** what looking for the last words, writing them, and then the exit, may take */
  const [wordsWithin, written, exitWithin] = [3000, 100, 5000]

  let news: ReadonlyArray<string> = []
  parentPort?.on("message", ({ lines }: News) => (news = lines))

  /** Where to write without ever waiting for a reader, who may be what is blocked; undefined where that is not known. */
  const way = ((): number | undefined => {
    try {
      const error = fs.fstatSync(2)
      if (error.isFile()) return 2
      return fs.openSync("/proc/self/fd/2", fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)
    } catch {
      return undefined
    }
  })()
  const say = (line: string): void => {
    const text = `holdfast: ${line}\n`
    try {
      if (way === undefined) fs.write(2, text, () => {})
      else fs.writeSync(way, text)
    } catch {
      // nobody reads
    }
  }

  const served = (): Served | undefined => {
    try {
      const numbers = fs.readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ").map(Number)
      const [ran = 0, waited = 0] = numbers
      return { ran: ran / 1e6, waited: waited / 1e6 }
    } catch {
      return undefined
    }
  }

  /** Where the main thread is, as far as that is in JavaScript. */
  const locate = (session: Inspector.Session, done: () => void): void => {
    type Told<A> = Inspector.InspectorNotification<A>
    const scripts = new Map<string, string>()
    session.on("Debugger.scriptParsed", ({ params }: Told<Inspector.Debugger.ScriptParsedEventDataType>) =>
      scripts.set(params.scriptId, params.url)
    )
    session.on("Debugger.paused", ({ params }: Told<Inspector.Debugger.PausedEventDataType>) => {
      const frames = params.callFrames.slice(0, 5).map(({ functionName, location }) => {
        const where = `${scripts.get(location.scriptId)}:${location.lineNumber + 1}`
        return functionName === "" ? where : `${functionName} (${where})`
      })
      say(`it was in ${frames.join(", called by ")}`)
      setTimeout(done, written)
    })
    session.post("Debugger.enable", () => session.post("Debugger.pause"))
    setTimeout(done, wordsWithin)
  }

  /** Ends the process: as its debugger, which reaches into whatever its JavaScript does; if that does not help, by a signal. */
  const end = (blocked: boolean): void => {
    setTimeout(() => process.kill(process.pid, "SIGKILL"), wordsWithin + exitWithin)
    const session = new inspector.Session()
    session.connectToMainThread()
    // what Node itself says of a debugger at its end is of no use to anybody
    const expression = `process.getBuiltinModule("node:fs").closeSync(2); process.reallyExit(${code})`
    const leave = () => session.post("Runtime.evaluate", { expression })
    if (blocked) locate(session, leave)
    else setTimeout(leave, written)
  }

  const seen = meanings.map(() => 0)
  const silences = meanings.map(() => new Silences(bound, tick))
  let last = performance.now()
  let late = 0

  const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`

  const report = (meaning: string, silence: Silence): void => {
    const since = new Date(Date.now() - silence.span).toISOString()
    const now = served()
    const { ran, waited } = silence.share(now)
    say(`${meaning} for ${seconds(silence.span)}, since ${since}: the process ends with ${code}, to be started again`)
    const share =
      now === undefined
        ? "what the main thread got of the time is not known here"
        : `the main thread ran for ${seconds(ran)} of that time and waited ${seconds(waited)} for a CPU`
    say(`the watchdog itself was late by ${seconds(late)} at most; ${share}`)
    for (const line of news) say(line)
  }

  const watch = (): void => {
    const now = performance.now()
    const elapsed = now - last
    last = now
    // at a breakpoint everything stands still, as somebody wants it
    const debugged = Atomics.load(cells, meanings.length) === 1
    const moves = meanings.map((_, index) => {
      const count = Atomics.load(cells, index)
      const moves = debugged || count !== seen[index]
      seen[index] = count
      return moves
    })
    if (moves[0]) late = 0
    late = Math.max(late, elapsed - tick)
    for (const [index, silence] of silences.entries()) {
      if (moves[index]) silence.moved()
      else if (silence.still(elapsed, served)) {
        report(meanings[index] ?? "", silence)
        end(index === 0)
        return
      }
    }
    setTimeout(watch, tick)
  }
  setTimeout(watch, tick)
}
