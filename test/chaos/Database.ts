import { Duration, Effect } from "effect"
import { PCGRandom } from "effect/Utils"
import type { Server } from "../delivery/SqlStore/Postgres.ts"
import type { Report } from "./Report.ts"
import * as Stage from "./Stage.ts"
import * as Store from "./Store.ts"

const [holds, goesOn, waits] = [
  "hears nothing until our store takes what it has",
  "our store takes what it hears again",
  "no account is connected until it is"
] as const

/** the longest that the server works between two times */
const longest = Duration.seconds(1)

/** Stops the server under the store while people talk, at once, and starts it again; the last time the program is killed meanwhile. */
export const database = (stops: number, server: Server, options: Stage.StageOptions): Effect.Effect<Report> =>
  Effect.gen(function* () {
    const stage = yield* Stage.make({ ...options, store: Store.postgres(server.url) })
    const random = new PCGRandom(options.seed + 3)
    const moment = Effect.suspend(() => Effect.sleep(Duration.times(longest, random.number())))
    const [stop, start] = [Effect.promise(server.stop), Effect.promise(server.start)]
    const life = yield* stage.start
    yield* life.listening

    const away = stage.whileTalking(Effect.zipRight(moment, life.saysAfter(stop, holds)))
    const one = Effect.zipRight(away, life.saysAfter(start, goesOn))
    yield* Effect.repeatN(one, stops - 1)
    yield* away
    yield* life.kill
    const next = yield* stage.start
    yield* next.saysAfter(Effect.void, waits)
    yield* start
    yield* next.listening
    yield* stage.say(20)
    yield* stage.settled
    return yield* stage.end(next, {
      story: "PostgreSQL stopped and started",
      happened: { stops: stops + 1, "kills without it": 1 },
      breaks: stops + 1
    })
  }).pipe(Effect.scoped)
