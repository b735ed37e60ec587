import { Duration, Effect } from "effect"
import { PCGRandom } from "effect/Utils"
import type * as FaultProxy from "../../src/node/FaultProxy.ts"
import { pick } from "./Chatter.ts"
import type { Platform } from "./Platform.ts"
import * as Relays from "./Relays.ts"
import type { Report } from "./Report.ts"
import * as Stage from "./Stage.ts"

const weathers: Readonly<Record<string, FaultProxy.Weather>> = {
  "plain cuts": { _tag: "Pass" },
  refusals: { _tag: "Refuse" },
  resets: { _tag: "Reset" },
  "black holes": { _tag: "BlackHole" },
  "slow lines": { _tag: "Delay", by: Duration.millis(200) }
}

/** the longest that a weather lasts before everything is cut; the longest between two of them */
const [lasts, between] = [Duration.millis(1500), Duration.millis(300)]

/** Cuts the network between the program and its platforms again and again while people talk, in every way there is. */
export const network = (cuts: number, options: Stage.StageOptions): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const { before, of } = Relays.make()
    const stage = yield* Stage.make({ ...options, before, env: { ...Relays.hasty, ...options.env } })
    const random = new PCGRandom(options.seed + 2)
    const happened: Record<string, number> = { cuts }
    const life = yield* stage.start
    yield* life.listening

    const one = Effect.suspend(() => {
      const platform = pick(random, stage.platforms)
      const name = pick(random, Object.keys(weathers))
      happened[name] = (happened[name] ?? 0) + 1
      const { become, cut } = of(platform)
      const trouble = become(weathers[name] ?? { _tag: "Pass" }).pipe(
        Effect.zipRight(cut),
        Effect.zipRight(Effect.sleep(Duration.times(lasts, random.number()))),
        Effect.zipRight(become({ _tag: "Pass" }))
      )
      return Effect.zipRight(
        Effect.sleep(Duration.times(between, random.number())),
        life.listeningAfter(platform, Effect.zipRight(trouble, cut))
      )
    })
    yield* stage.whileTalking(Effect.repeatN(one, cuts - 1))
    yield* stage.settled
    return yield* stage.end(life, { story: "the network cut", happened, breaks: 2 * cuts })
  }).pipe(Effect.scoped)

/** how many answers are taken and never acknowledged before a platform is restarted */
const unacknowledged = 4

/** Restarts the platforms, which forget their sessions, while answers that they have taken are not known to be taken. */
export const restart = (restarts: number, options: Stage.StageOptions): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const { before, of } = Relays.make()
    const stage = yield* Stage.make({ ...options, before, env: { ...Relays.hasty, ...options.env } })
    const life = yield* stage.start
    yield* life.listening

    const restartOf = (platform: Platform) => {
      const { become, cut } = of(platform)
      const down = Effect.all([platform.forget, become({ _tag: "Refuse" }), cut, platform.heal])
      return life.listeningAfter(
        platform,
        Effect.zipRight(Effect.zipRight(down, Effect.sleep("500 millis")), become({ _tag: "Pass" }))
      )
    }
    const one = Effect.gen(function* () {
      yield* Effect.forEach(stage.platforms, ({ fault, sends }) =>
        fault({ _tag: "LoseAnswer", path: sends, times: unacknowledged })
      )
      yield* stage.say(20)
      // by then the program has kept what the platforms are about to forget that they have told
      yield* Effect.sleep("2 seconds")
      yield* Effect.forEach(stage.platforms, restartOf, { concurrency: 2 })
      yield* stage.say(10)
      yield* stage.settled
    })
    yield* Effect.repeatN(one, restarts - 1)
    return yield* stage.end(life, {
      story: "the platforms restarted, their sessions gone",
      happened: { restarts },
      breaks: restarts
    })
  }).pipe(Effect.scoped)

/** Starts the program again and again while its platforms are away and it has answers to say that no platform has taken. */
export const away = (boots: number, options: Stage.StageOptions): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const { before, of } = Relays.make()
    const stage = yield* Stage.make({ ...options, before, env: { ...Relays.hasty, ...options.env } })
    const { platforms } = stage
    const first = yield* stage.start
    yield* first.listening
    yield* Effect.forEach(platforms, ({ fault, sends }) =>
      fault({ _tag: "Answer", path: sends, status: 429, body: "{}" })
    )
    yield* stage.say(20)
    // nothing may be on its way any more: it would be uncertain, and that for a good reason
    yield* Effect.sleep("2 seconds")
    yield* first.stop
    const tries = yield* Effect.all(platforms.map(({ tries }) => tries))
    if (tries.includes(0)) yield* Effect.dieMessage("no answer was turned away")
    yield* Effect.forEach(platforms, (platform) =>
      Effect.zipRight(of(platform).become({ _tag: "Refuse" }), platform.heal)
    )
    const refused = (life: Stage.Acting) => life.saysAfter(Effect.void, "ECONNREFUSED")
    for (let boot = 1; boot < boots; boot++)
      yield* Effect.scoped(Effect.flatMap(stage.start, (life) => Effect.zipRight(refused(life), life.stop)))
    const last = yield* stage.start
    yield* refused(last)
    yield* Effect.forEach(platforms, (platform) => of(platform).become({ _tag: "Pass" }))
    yield* last.listening
    yield* stage.settled
    return yield* stage.end(last, { story: "started while the platforms were away", happened: { boots }, breaks: 0 })
  }).pipe(Effect.scoped)
