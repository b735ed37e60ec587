import { Duration, Effect } from "effect"
import { PCGRandom } from "effect/Utils"
import { pick } from "./Chatter.ts"
import type { Report } from "./Report.ts"
import * as Stage from "./Stage.ts"

/** When the program is killed, each as often as it stands here: before it listens, as it works, and as it stops because it was asked to. */
const moments = ["starts", "starts", "starts", "works", "works", "works", "works", "works", "stops", "stops"] as const
/** how long it is left to work, and to stop, at most */
const [longest, stopping] = [Duration.millis(900), Duration.millis(400)]

/** How long a start takes where people talk at their own pace: on a slower machine they talk slower, so that it keeps up. */
const usual = Duration.millis(700)

/** Kills the program again and again while people talk, as it starts, works and stops, and starts it again each time. */
export const crash = (kills: number, options: Stage.StageOptions): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const stage = yield* Stage.make(options)
    const random = new PCGRandom(options.seed + 1)

    const first = yield* stage.start
    // how long a start takes on this machine, today
    const [startup] = yield* Effect.timed(first.listening)

    const happened = { kills, "as it starts": 0, "as it works": 0, "as it stops": 0 }
    const live = (life: Stage.Acting) => {
      const moment = pick(random, moments)
      happened[`as it ${moment}`] += 1
      const part = (of: Duration.Duration) => Effect.sleep(Duration.times(of, random.number()))
      const works = Effect.zipRight(life.listening, part(longest))
      const until = {
        starts: part(startup),
        works,
        stops: Effect.zipRight(Effect.zipRight(works, life.ask), part(stopping))
      }
      return Effect.zipRight(until[moment], life.kill)
    }
    const lives = Effect.gen(function* () {
      yield* live(first)
      for (let killed = 1; killed < kills; killed++) yield* Effect.scoped(Effect.flatMap(stage.start, live))
    })
    yield* stage.whileTalking(lives, Math.max(1, Duration.toMillis(startup) / Duration.toMillis(usual)))

    const last = yield* stage.start
    yield* last.listening
    yield* stage.settled
    return yield* stage.end(last, { story: "killed at random moments", happened, breaks: kills })
  }).pipe(Effect.scoped)

/** how often a message may have been on its way when the program died */
const lives = 5

/** Kills the program each time that it is saying one and the same thing. */
export const poison = (options: Stage.StageOptions): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const stage = yield* Stage.make({ ...options, on: ["qq"] })
    const [platform] = stage.platforms
    if (platform === undefined) return yield* Effect.dieMessage("there is no platform to say it on")
    const { fault, sends, tries } = platform
    const first = yield* stage.start
    yield* first.listening
    yield* fault({ _tag: "LoseAnswer", path: sends })

    let told = yield* tries
    const dies = (life: Stage.Acting) =>
      Effect.gen(function* () {
        yield* life.comes(
          "it says the thing",
          Effect.map(tries, (now) => now > told)
        )
        yield* life.kill
        told = yield* tries
      })
    yield* stage.say(1)
    yield* dies(first)
    for (let died = 1; died < lives; died++) yield* Effect.scoped(Effect.flatMap(stage.start, dies))
    yield* platform.heal
    const last = yield* stage.start
    yield* last.listening
    yield* stage.say(10)
    yield* stage.settled
    const happened = { "kills while it said one thing": lives }
    return yield* stage.end(last, { story: "killed by one message", happened, breaks: lives, poisoned: 1 })
  }).pipe(Effect.scoped)
