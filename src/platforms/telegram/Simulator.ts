import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type Said, type Served, type Simulator, UpgradeRefused } from "../../adapter/Simulator.ts"
import { refuse, Refused } from "./Simulator/Answers.ts"
import { TelegramFault } from "./Simulator/Fault.ts"
import { hear } from "./Simulator/Hearing.ts"
import { defaults, type TelegramSimulatorOptions } from "./Simulator/Options.ts"
import { rest } from "./Simulator/Rest.ts"
import { World } from "./Simulator/World.ts"

export { TelegramFault }
export { defaultBot, defaults, type SimulatedBot, type TelegramSimulatorOptions } from "./Simulator/Options.ts"

/** How often a bot, or all of them, called what a listener calls. */
export interface Counts {
  readonly polls: number
  readonly probes: number
  readonly sends: number
}

/** The Telegram platform's other end: what every simulator can do, and what only Telegram has. */
export interface TelegramSimulator extends Simulator<TelegramFault>, Served {
  readonly options: TelegramSimulatorOptions
  /** What the bot with this id, or all together, did so far. */
  readonly counts: (account?: string) => Effect.Effect<Counts>
}

/** A simulated Telegram that lives as long as the scope; it knows one bot, `defaultBot`, unless it is told of others. */
export const make = (
  options: Partial<TelegramSimulatorOptions> = {}
): Effect.Effect<TelegramSimulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const saying = yield* PubSub.unbounded<Said>()
    const said: Array<Said> = []
    const onSaid = (one: Said) => {
      said.push(one)
      saying.unsafeOffer(one)
    }
    const now = () => clock.unsafeCurrentTimeMillis()
    const world = new World({ ...defaults, ...options }, now, yield* Random.nextInt, onSaid)
    return {
      ...control(world),
      options: world.options,
      said: Effect.sync(() => [...said]),
      saying: Stream.fromPubSub(saying),
      http: rest(world),
      upgrade: () => new UpgradeRefused({ answer: refuse(new Refused({ code: 404, description: "Not Found" })) })
    }
  })

const isOwn = Schema.is(TelegramFault)

const control = (world: World) => ({
  hear: (heard: Parameters<typeof hear>[1]) =>
    Effect.sync(() => {
      world.log.write("hear", heard)
      return hear(world, heard)
    }),
  connections: Effect.sync(() => world.bots().flatMap(({ polls }) => polls.connections)),
  record: Effect.sync(() => world.log.record),
  counts: (account?: string) =>
    Effect.sync(() => {
      const sum = (name: RegExp) =>
        world
          .bots(account)
          .flatMap(({ calls }) => Array.from(calls))
          .reduce((total, [method, times]) => (name.test(method) ? total + times : total), 0)
      return { polls: sum(/^getupdates$/), probes: sum(/^getme$/), sends: sum(/^send(?!chataction)/) }
    }),
  fault: (fault: Parameters<Simulator<TelegramFault>["fault"]>[0]) =>
    Effect.sync(() => {
      world.log.write("fault", JSON.parse(world.redacted(JSON.stringify(fault))))
      if (isOwn(fault)) world.ownFaults.arm(fault)
      else world.faults.arm(fault)
      for (const bot of world.bots("account" in fault ? fault.account : undefined)) {
        if (fault._tag === "Cut") bot.polls.close(0)
        if (fault._tag === "Close") bot.polls.close(fault.code)
        if (fault._tag === "Silence") bot.polls.hush()
        if (fault._tag === "Malformed") bot.polls.mangle(fault.text)
        if (fault._tag === "RestartIds") bot.queue.restart(fault.at)
        if (fault._tag === "SecondPoller") bot.polls.takeOver()
      }
    }),
  heal: Effect.sync(() => {
    world.log.write("heal", {})
    world.faults.clear()
    world.ownFaults.clear()
    world.flush()
    for (const { polls } of world.bots()) polls.heal()
  })
})
