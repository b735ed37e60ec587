import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { HttpRequest, Said, Served, Simulator } from "../../adapter/Simulator.ts"
import { faultyHttp } from "../../adapter/Simulator/FaultyHttp.ts"
import { QQFault } from "./Simulator/Fault.ts"
import { hear, press, type Pressed } from "./Simulator/Hearing.ts"
import { Lines } from "./Simulator/Lines.ts"
import { defaults, type QQSimulatorOptions } from "./Simulator/Options.ts"
import * as Posting from "./Simulator/Posting.ts"
import { rest } from "./Simulator/Rest.ts"
import { World } from "./Simulator/World.ts"

export { QQFault }
export type { Pressed } from "./Simulator/Hearing.ts"
export { defaultBot, defaults, type QQSimulatorOptions, type SimulatedBot } from "./Simulator/Options.ts"

/** How often a bot, or all of them, did what the platform counts. */
export interface Counts {
  readonly identifies: number
  readonly resumes: number
  /** calls of the token service that gave a token */
  readonly tokens: number
}

/** The QQ platform's other end: what every simulator can do, and what only QQ has. */
export interface QQSimulator extends Simulator<QQFault>, Served {
  readonly options: QQSimulatorOptions
  /** A person presses a button under a message; the answer is the interaction's id. */
  readonly press: (pressed: Pressed) => Effect.Effect<string>
  /** An event by its name and data, as it is, to the bot with this appId or to all; the answer is its id for the last of them. */
  readonly dispatch: (t: string, d: Readonly<Record<string, unknown>>, account?: string) => Effect.Effect<string>
  /** What the bot with this appId, or all together, did so far. */
  readonly counts: (account?: string) => Effect.Effect<Counts>
  /** The interactions that the bots have acknowledged, by id. */
  readonly acknowledged: Effect.Effect<ReadonlyArray<string>>
}

/** A simulated QQ platform that lives as long as the scope; it knows one bot, `defaultBot`, unless it is told of others. */
export const make = (options: Partial<QQSimulatorOptions> = {}): Effect.Effect<QQSimulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const saying = yield* PubSub.unbounded<Said>()
    const said: Array<Said> = []
    const onSaid = (one: Said, changed = false) => {
      const at = changed ? said.findLastIndex(({ id }) => id === one.id) : said.length
      said.splice(at, 1, one)
      saying.unsafeOffer(one)
    }
    const now = () => clock.unsafeCurrentTimeMillis()
    const world = new World({ ...defaults, ...options }, now, yield* Random.nextInt, onSaid)
    world.mail = yield* Posting.open(world)
    const lines = new Lines(world, yield* Effect.scope)
    return {
      ...control(world, lines),
      options: world.options,
      said: Effect.sync(() => [...said]),
      saying: Stream.fromPubSub(saying),
      http: traced(world),
      upgrade: lines.upgrade
    }
  })

const isOwn = Schema.is(QQFault)

const control = (world: World, lines: Lines) => ({
  hear: (heard: Parameters<typeof hear>[1]) =>
    Effect.sync(() => {
      world.log.write("hear", heard)
      return hear(world, heard)
    }),
  press: (pressed: Pressed) => Effect.sync(() => press(world, pressed)),
  dispatch: (t: string, d: Readonly<Record<string, unknown>>, account?: string) =>
    Effect.sync(() => world.accounts(account).reduce((_, each) => world.happen(each, t, d), "")),
  connections: Effect.sync(() => lines.connections),
  record: Effect.sync(() => world.log.record),
  counts: (account?: string) =>
    Effect.sync(() =>
      world.accounts(account).reduce(
        (sum, { identifies, resumes, tokens }) => ({
          identifies: sum.identifies + identifies.length,
          resumes: sum.resumes + resumes,
          tokens: sum.tokens + tokens
        }),
        { identifies: 0, resumes: 0, tokens: 0 }
      )
    ),
  acknowledged: Effect.sync(() =>
    world
      .accounts()
      .flatMap(({ interactions }) => Array.from(interactions).flatMap(([id, answered]) => (answered ? [id] : [])))
  ),
  fault: (fault: Parameters<Simulator<QQFault>["fault"]>[0]) =>
    Effect.sync(() => {
      world.log.write("fault", fault)
      if (isOwn(fault)) world.ownFaults.arm(fault)
      else world.faults.arm(fault)
      if (fault._tag === "ExpireToken") world.tokens.expire(fault.account)
      lines.befall(fault)
    }),
  heal: Effect.sync(() => {
    world.log.write("heal", {})
    world.faults.clear()
    world.ownFaults.clear()
    world.flush()
  })
})

/** How much of a body the record shows, in characters: files are longer. */
const shown = 16_000

/** REST with the faults of the network around it, on the record, and a trace id on every answer. */
const traced = (world: World): Served["http"] => {
  const handle = rest(world)
  return (request: HttpRequest) =>
    Effect.gen(function* () {
      const trace = world.names.trace()
      const { bytes, method, url } = request
      const call = { trace, method, path: url.pathname, body: new TextDecoder().decode(bytes.subarray(0, shown)) }
      world.log.write("request", call)
      const answer = yield* faultyHttp(world.faults, (request) => Effect.sync(() => handle(request, trace)))(
        request
      ).pipe(Effect.onError(() => Effect.sync(() => world.log.write("unanswered", call))))
      world.log.write("answer", { ...call, status: answer.status, answer: answer.body })
      return { ...answer, headers: { ...answer.headers, "x-tps-trace-id": trace } }
    })
}
