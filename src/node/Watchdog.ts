import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as inspector from "node:inspector"
import { Worker } from "node:worker_threads"
import * as Setting from "../adapter/Setting.ts"
import { Silence } from "./Watchdog/Silence.ts"
import * as Thread from "./Watchdog/Thread.ts"

/** How the accounts are getting on, as their supervisors show it. */
export interface Look {
  /** nothing that is due has happened, of any account */
  readonly stuck: boolean
  /** one line for each account, for the last words */
  readonly lines: ReadonlyArray<string>
}

/** A watchdog, and whether it is content. */
export interface Watchdog {
  /** Whether everything moved when it last looked, which is less than the bound ago. */
  readonly content: Effect.Effect<boolean>
}

/** The exit code by which whoever started the process learns that a fresh start may mend it. */
const code = 75

/** What it means that a counter stands still, from the outermost that does: what is in it stands still too. */
const meanings = [
  "the event loop has been blocked",
  "the event loop turns, but the program's fibers have not run",
  "nothing that was due has happened to any account"
] as const
const [turns, beats, progress, debugged] = [0, 1, 2, 3] as const

const longestTick = 1000
const shortestTick = 50

/** How often it looks, so that it is never late by more than a small part of its bound. */
const tickOf = (bound: number): number => Math.max(shortestTick, Math.min(longestTick, bound / 20))

/** Where the watching thread was lost, it is started again after this long. */
const again = 1000

/** The text that the watching thread runs. Some tools that transform sources call a function of this name. */
const text = `const __name = (f) => f; (${Thread.body.toString()})(${Silence.toString()})`

/** Keeps a watching thread alive for as long as the scope lasts; it never keeps the process alive. */
const thread = (orders: Thread.Orders, news: () => Thread.News): Effect.Effect<() => void, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        let over = false
        let worker: Worker | undefined
        const start = () => {
          if (over) return
          worker = new Worker(text, {
            eval: true,
            workerData: orders,
            execArgv: [],
            env: {},
            resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 }
          })
          worker.unref()
          // its end is what counts, and follows
          worker.on("error", () => {})
          worker.once("exit", () => setTimeout(start, again).unref())
          worker.postMessage(news(), [])
        }
        start()
        return {
          tell: () => worker?.postMessage(news(), []),
          stop: () => {
            over = true
            void worker?.terminate()
          }
        }
      }),
      ({ stop }) => Effect.sync(stop)
    ),
    ({ tell }) => tell
  )

/**
 * Watches the process from a thread of its own until the scope ends: when the event loop is blocked, the fibers do not run, or
 * `look` says stuck, for `bound`, it writes what it knows to standard error and ends the process with 75; with a signal, where
 * it is blocked outside of JavaScript. It needs no fiber, no logger and no file for that. Time in which the machine itself gave us
 * no time does not count, until it is ten times the bound.
 */
export const watch = (options: {
  readonly bound: Duration.Duration
  readonly look: Effect.Effect<Look>
}): Effect.Effect<Watchdog, never, Scope.Scope> =>
  Effect.gen(function* () {
    const bound = Duration.toMillis(options.bound)
    const tick = tickOf(bound)
    const counters = new SharedArrayBuffer((meanings.length + 1) * Int32Array.BYTES_PER_ELEMENT)
    const cells = new Int32Array(counters)
    let lines: ReadonlyArray<string> = []
    let moved = performance.now()

    const tell = yield* thread({ counters, bound, tick, meanings, code }, () => ({ lines }))

    yield* Effect.acquireRelease(
      Effect.sync(() =>
        setInterval(() => {
          Atomics.add(cells, turns, 1)
          Atomics.store(cells, debugged, inspector.url() === undefined ? 0 : 1)
        }, tick).unref()
      ),
      (timer) => Effect.sync(() => clearInterval(timer))
    )

    const beat = Effect.map(options.look, (look) => {
      Atomics.add(cells, beats, 1)
      if (!look.stuck) {
        Atomics.add(cells, progress, 1)
        moved = performance.now()
      }
      lines = look.lines
      tell()
    })
    // a look that fails is none: then the beats cease, and the watching thread says so
    yield* Effect.forkScoped(
      Effect.forever(
        Effect.zipRight(
          Effect.catchAllCause(beat, () => Effect.void),
          Effect.sleep(tick)
        )
      )
    )
    return { content: Effect.sync(() => performance.now() - moved < bound) }
  })

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_WATCHDOG",
    description:
      "for how long the event loop may be blocked, or nothing that is due happen to any account, before the process ends with 75; or off",
    default: "1 minute"
  }
]

/** For how long nothing may move; undefined where nobody wants to know. */
export const config: Config.Config<Duration.Duration | undefined> = Setting.spanOrOff("WATCHDOG").pipe(
  Config.withDefault<Duration.Duration | undefined>(Duration.minutes(1)),
  Config.nested("HOLDFAST")
)
