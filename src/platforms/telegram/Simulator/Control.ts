import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fields } from "../../../adapter/Fields.ts"
import type { Fault, SimulatedConnection } from "../../../adapter/Simulator.ts"
import type { Bot } from "./Bot.ts"
import { TelegramFault } from "./Fault.ts"
import { join, leave, migrate, type Moved, press, type Pressed } from "./Happening.ts"
import { album, edit, type Edited, hear, type Medium, placed, show, type Shown, type TelegramHeard } from "./Hearing.ts"
import { unauthorized } from "./Rest.ts"
import type { World } from "./World.ts"

/** How often a bot, or all of them, called what. */
export interface Counts {
  readonly polls: number
  /** calls of getMe */
  readonly probes: number
  /** calls that send something to be read or seen */
  readonly sends: number
}

const isOwn = Schema.is(TelegramFault)

const linesOf = ({ polls, webhook }: Bot): ReadonlyArray<SimulatedConnection> =>
  webhook === undefined
    ? polls.connections
    : [...polls.connections, { id: webhook.line, state: "webhook", since: webhook.since }]

/** What a fault does to one bot at once; one that only waits does nothing to it. */
const strike = (world: World, bot: Bot, fault: Fault | TelegramFault): void => {
  const { polls, queue } = bot
  switch (fault._tag) {
    case "Cut":
      return polls.close(0)
    case "Close":
      return polls.close(fault.code)
    case "Silence":
      return polls.hush()
    case "Malformed":
      return polls.mangle(fault.text)
    case "SecondPoller":
      return polls.takeOver()
    case "Unauthorized":
      return polls.refuse(unauthorized[fault.code])
    case "RestartIds":
      return queue.restart(fault.at)
    case "StealWebhook":
      polls.endBySetWebhook()
      return bot.setWebhook({
        url: fault.url ?? "https://somebody.example/hook",
        secret: "",
        maxConnections: 40,
        ipAddress: "",
        hasCertificate: false,
        since: world.now(),
        line: world.nextLine(),
        lastError: undefined
      })
    default:
      return undefined
  }
}

/** Everything that can be done to the simulated platform from outside, on the record. */
export const control = (world: World) => {
  const noted =
    <A, B>(what: string, act: (world: World, one: A) => Effect.Effect<B>) =>
    (one: A): Effect.Effect<B> =>
      Effect.suspend(() => {
        world.log.write(what, one)
        return act(world, one)
      })
  return {
    hear: noted<TelegramHeard, string>("hear", hear),
    show: (shown: Shown & Medium) => show(world, shown),
    album: (shown: Shown & { readonly items: ReadonlyArray<Medium> }) => album(world, shown),
    edit: noted<Edited, void>("edit", edit),
    press: noted<Pressed, string>("press", press),
    join: noted<Moved, void>("join", join),
    leave: noted<Moved, void>("leave", leave),
    migrate: noted<string, string>("migrate", migrate),
    dispatch: (kind: string, payload: Fields, account?: string) =>
      Effect.sync(() => {
        for (const bot of world.bots(account)) world.queue(bot, kind, payload, kind)
      }),
    said: Effect.sync(() => Array.from(world.said)),
    messages: (conversation: string, account?: string) =>
      Effect.map(placed(conversation), ({ chat, thread }) =>
        world
          .bots(account)
          .slice(0, 1)
          .flatMap(({ id }) => Array.from(world.chats.find(id, chat)?.posts.values() ?? []))
          .map(({ message }) => message)
          .filter((message) => thread === undefined || message["message_thread_id"] === thread)
      ),
    gestures: (account?: string) => Effect.sync(() => world.bots(account).flatMap(({ gestures }) => gestures)),
    acknowledged: Effect.sync(() =>
      world
        .bots()
        .flatMap(({ callbacks }) => Array.from(callbacks).flatMap(([id, { answered }]) => (answered ? [id] : [])))
    ),
    connections: Effect.sync(() => world.bots().flatMap(linesOf)),
    record: Effect.sync(() => world.log.record),
    counts: (account?: string) => Effect.sync(() => counted(world.bots(account))),
    fault: (fault: Fault | TelegramFault) =>
      Effect.sync(() => {
        world.log.write("fault", JSON.parse(world.redacted(JSON.stringify(fault))))
        if (isOwn(fault)) world.ownFaults.arm(fault)
        else world.faults.arm(fault)
        for (const bot of world.bots("account" in fault ? fault.account : undefined)) strike(world, bot, fault)
      }),
    heal: Effect.sync(() => {
      world.log.write("heal", {})
      world.faults.clear()
      world.ownFaults.clear()
      world.flush()
      for (const { polls } of world.bots()) polls.heal()
    })
  }
}

const counted = (bots: ReadonlyArray<Bot>): Counts => {
  const sum = (names: RegExp) =>
    bots
      .flatMap(({ calls }) => Array.from(calls))
      .reduce((total, [method, times]) => (names.test(method) ? total + times : total), 0)
  return { polls: sum(/^getupdates$/), probes: sum(/^getme$/), sends: sum(/^send(?!chataction$)/) }
}
