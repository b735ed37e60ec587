import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Duration, Effect, type Scope } from "effect"
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import { chatter } from "./Chatter.ts"
import { judge, type Words } from "./Oracle.ts"
import * as Platform from "./Platform.ts"
import * as Program from "./Program.ts"
import type { Report } from "./Report.ts"
import * as Stores from "./Store.ts"

/** The program, started by a stage. */
export interface Acting extends Program.Life {
  /** Waits until every bot has told its platform that it listens; the program may not end meanwhile. */
  readonly listening: Effect.Effect<void>
  /** Waits until every bot of a platform has told it so once more after this was done. */
  readonly listeningAfter: (platform: Platform.Platform, act: Effect.Effect<void>) => Effect.Effect<void>
  /** Waits until this holds; the program may not end meanwhile. */
  readonly comes: (what: string, holds: Effect.Effect<boolean>) => Effect.Effect<void>
  /** Waits until it has logged this once more after this was done. */
  readonly saysAfter: (act: Effect.Effect<void>, what: string) => Effect.Effect<void>
}

/** The program's store, the platforms around it, and the people who talk to its bots. */
export interface Stage {
  readonly platforms: ReadonlyArray<Platform.Platform>
  /** Starts the program, on what it kept before. */
  readonly start: Effect.Effect<Acting, never, Scope.Scope>
  /** Has people say so many things, one after the other. */
  readonly say: (things: number) => Effect.Effect<void>
  /** Has people talk for as long as this takes; so many times slower than they do by themselves, where that is said. */
  readonly whileTalking: <A, R>(play: Effect.Effect<A, never, R>, slower?: number) => Effect.Effect<A, never, R>
  /** Waits until everything that was said is answered, or nothing more is. */
  readonly settled: Effect.Effect<void>
  /**
   * Stops the program, and sees what it came to; `breaks` is how often sends may have been broken off, `poisoned` how many
   * messages it has died of too often.
   */
  readonly end: (
    life: Program.Life,
    story: Pick<Report, "story" | "happened"> & { readonly breaks: number; readonly poisoned?: number }
  ) => Effect.Effect<Report>
}

export interface StageOptions {
  readonly seed: number
  /** all that there are, unless told otherwise */
  readonly on?: ReadonlyArray<Platform.Platform["name"]>
  /** a file in a folder of its own, unless told otherwise */
  readonly store?: Stores.Store
  /** The port at which the program reaches a platform that is served at this one; the same, unless told otherwise. */
  readonly before?: (port: number, platform: Platform.Platform) => Effect.Effect<number, never, Scope.Scope>
  readonly env?: Readonly<Record<string, string>>
}

/** How many sends the program has in flight at most, for one bot. */
const flights = 4

const often = Duration.millis(20)
/** Whoever is not there by then is not coming. */
const patience = Duration.seconds(30)
/** Longer than any pause that the program makes while all is well. */
const quiet = Duration.seconds(6)

/** A folder that lasts as long as the scope. */
export const folder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "holdfast-chaos-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Waits until this holds; what happens if it does not in time is not worth going on after. */
export const until = (what: string, holds: Effect.Effect<boolean>, log: () => string): Effect.Effect<void> =>
  Effect.delay(holds, often).pipe(
    Effect.repeat({ until: (held) => held }),
    Effect.timeoutOption(patience),
    Effect.flatMap((held) => (held._tag === "Some" ? Effect.void : astray(`${what}: it never came to that`, log)))
  )

const astray = (what: string, log: () => string): Effect.Effect<never> =>
  Effect.dieMessage(`${what}; the end of its log:\n${log().slice(-4000)}`)

/** Whether every bot there has greeted its platform since now. */
const greetingsOf = (platforms: ReadonlyArray<Platform.Platform>): Effect.Effect<Effect.Effect<boolean>> => {
  const counts = Effect.all(platforms.flatMap(({ bots, greetings }) => bots.map((bot) => greetings(bot))))
  return Effect.map(counts, (before) =>
    Effect.map(counts, (now) => now.every((count, bot) => count > (before[bot] ?? 0)))
  )
}

/** Serves the platforms, and tells how the program is pointed at them. */
const serve = (
  platforms: ReadonlyArray<Platform.Platform>,
  { before = (port) => Effect.succeed(port) }: StageOptions
) =>
  Effect.forEach(platforms, (platform) =>
    SimulatorServer.serve(platform.served).pipe(
      Effect.flatMap(({ port }) => before(port, platform)),
      Effect.map((port) => platform.environment(`http://127.0.0.1:${port}`))
    )
  )

/** What people say, and what is known of it. */
const people = (seed: number, platforms: ReadonlyArray<Platform.Platform>) => {
  const lines = chatter(seed, platforms)
  const asked = new Map(platforms.map(({ name }) => [name, new Array<Words>()]))
  const sayOne = (slower = 1) =>
    Effect.suspend(() => {
      const { bot, conversation, pause, platform, pressed, text } = lines.next().value
      asked.get(platform.name)?.push({ conversation: `${bot.account}/${conversation}`, text })
      return Effect.zipRight(
        (pressed ? platform.press : platform.hear)(bot, conversation, text),
        Effect.sleep(slower * pause)
      )
    })
  const verdicts = (uncertain: ReadonlyArray<Words>) =>
    Effect.forEach(platforms, ({ deduplicates, name, repeats, sessions, shown }) =>
      Effect.map(Effect.all([repeats, sessions, shown]), ([repeats, sessions, shown]) => {
        const mine = uncertain.filter(({ conversation }) => conversation.startsWith(`${name}:`))
        const verdict = judge({ asked: asked.get(name) ?? [], shown, uncertain: mine })
        return { platform: name, deduplicates, sessions, repeats, verdict }
      })
    )
  return { sayOne, verdicts }
}

export const make = (options: StageOptions): Effect.Effect<Stage, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { on = ["qq", "telegram"], seed } = options
    const home = yield* folder
    const store = options.store ?? Stores.sqlite(home)
    const platforms = yield* Effect.forEach(on, (name) => Platform.make[name])
    const environments = yield* serve(platforms, options)
    const env = Object.assign(
      { HOLDFAST_STORE_URL: store.url, HOLDFAST_CONCURRENCY: String(4 * flights), ...options.env },
      ...environments
    )
    const { sayOne, verdicts } = people(seed, platforms)

    const start = Effect.gen(function* () {
      const greeted = yield* greetingsOf(platforms)
      const life = yield* Program.start(home, env)
      const gone = Effect.flatMap(life.ended, (how) => astray(`it ended by itself with ${how}`, life.log))
      const comes = (what: string, holds: Effect.Effect<boolean>) =>
        Effect.raceFirst(until(what, holds, life.log), gone)
      return {
        ...life,
        comes,
        listening: comes("all bots listen", greeted),
        listeningAfter: (platform: Platform.Platform, act: Effect.Effect<void>) =>
          Effect.flatMap(greetingsOf([platform]), (greeted) =>
            Effect.zipRight(act, comes(`all bots of ${platform.name} listen again`, greeted))
          ),
        saysAfter: (act: Effect.Effect<void>, what: string) =>
          Effect.suspend(() => {
            const before = life.log().length
            const said = Effect.sync(() => life.log().includes(what, before))
            return Effect.zipRight(act, comes(`it says "${what}"`, said))
          })
      }
    })

    /** what is known now of what was answered, and what is in the store */
    const known = Effect.fnUntraced(function* (look: Effect.Effect<Stores.Content>) {
      const content = yield* look
      const found = yield* verdicts(content.uncertain)
      const missing = found.reduce((sum, { verdict }) => sum + verdict.lost.length, 0)
      const messages = found.reduce((sum, { verdict }) => sum + verdict.messages, 0)
      return { content, verdicts: found, isOver: missing === 0 && content.waiting === 0, answered: messages - missing }
    })

    const settled = Effect.gen(function* () {
      const now = known(yield* store.open)
      let last = yield* now
      while (!last.isOver) {
        const moved = yield* Effect.delay(now, often).pipe(
          Effect.repeat({ until: ({ answered, isOver }) => isOver || answered > last.answered }),
          Effect.timeoutOption(quiet)
        )
        if (moved._tag === "None") return
        last = moved.value
      }
    }).pipe(Effect.scoped)

    return {
      platforms,
      start,
      say: (things) => Effect.repeatN(sayOne(), things - 1),
      whileTalking: (play, slower) =>
        Effect.suspend(() => {
          let over = false
          const played = Effect.ensuring(
            play,
            Effect.sync(() => {
              over = true
            })
          )
          const talk = Effect.repeat(sayOne(slower), { until: () => over })
          return Effect.map(Effect.all([played, talk], { concurrency: 2 }), ([result]) => result)
        }),
      settled,
      end: (life, { breaks, happened, poisoned = 0, story }) =>
        Effect.gen(function* () {
          const exit = yield* life.stop
          const { content, verdicts } = yield* Effect.scoped(Effect.flatMap(store.open, known))
          const bots = Math.max(...platforms.map(({ bots }) => bots.length))
          return { story, seed, happened, flights: breaks * bots * flights, poisoned, verdicts, content, exit }
        })
    }
  })
