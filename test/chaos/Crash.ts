import { Duration, Effect } from "effect"
import { PCGRandom } from "effect/Utils"
import type { Report } from "./Report.ts"
import * as Stage from "./Stage.ts"

/** Of ten kills, so many come before the program listens. */
const early = 3
/** how long the others leave it to work, at most */
const longest = Duration.millis(900)

/** Kills the program again and again while people talk, as it starts and as it works, and starts it again each time. */
export const crash = (kills: number, options: Stage.StageOptions): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const stage = yield* Stage.make(options)
    const random = new PCGRandom(options.seed + 1)

    const first = yield* stage.start
    // how long a start takes on this machine, today
    const [startup] = yield* Effect.timed(first.listening)

    let whileStarting = 0
    const live = (life: Stage.Acting) => {
      const [isEarly, part] = [random.integer(10) < early, random.number()]
      if (isEarly) whileStarting += 1
      const work = Effect.delay(Effect.void, Duration.times(isEarly ? startup : longest, part))
      return Effect.zipRight(isEarly ? work : Effect.zipRight(life.listening, work), life.kill)
    }
    const lives = Effect.gen(function* () {
      yield* live(first)
      for (let killed = 1; killed < kills; killed++) yield* Effect.scoped(Effect.flatMap(stage.start, live))
    })
    yield* stage.whileTalking(lives)

    const last = yield* stage.start
    yield* last.listening
    yield* stage.settled
    const happened = { kills, "of them while it started": whileStarting }
    return yield* stage.end(last, { story: "killed at random moments", happened, breaks: kills })
  }).pipe(Effect.scoped)
