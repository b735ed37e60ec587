import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Fields } from "../../adapter/Fields.ts"
import { type Said, type Served, type Simulator, UpgradeRefused } from "../../adapter/Simulator.ts"
import { refuse, Refused } from "./Simulator/Answers.ts"
import type { Gesture } from "./Simulator/Bot.ts"
import { control, type Counts } from "./Simulator/Control.ts"
import { Deliveries } from "./Simulator/Deliveries.ts"
import { TelegramFault } from "./Simulator/Fault.ts"
import type { Moved, Pressed } from "./Simulator/Happening.ts"
import type { Edited, Medium, Shown, TelegramHeard } from "./Simulator/Hearing.ts"
import { defaults, type TelegramSimulatorOptions } from "./Simulator/Options.ts"
import { rest } from "./Simulator/Rest.ts"
import { World } from "./Simulator/World.ts"

export { TelegramFault }
export type { Gesture } from "./Simulator/Bot.ts"
export type { Counts } from "./Simulator/Control.ts"
export type { Moved, Pressed } from "./Simulator/Happening.ts"
export type { Edited, Medium, Shown, TelegramHeard } from "./Simulator/Hearing.ts"
export { defaultBot, defaults, type SimulatedBot, type TelegramSimulatorOptions } from "./Simulator/Options.ts"

/** The Telegram platform's other end: what every simulator can do, and what only Telegram has. */
export interface TelegramSimulator extends Simulator<TelegramFault>, Served {
  readonly options: TelegramSimulatorOptions
  readonly hear: (heard: TelegramHeard) => Effect.Effect<string>
  /** A person shows a file; the answer is the message's id. */
  readonly show: (shown: Shown & Medium) => Effect.Effect<string>
  /** A person shows several files at once; the answer is the ids of their messages. */
  readonly album: (shown: Shown & { readonly items: ReadonlyArray<Medium> }) => Effect.Effect<ReadonlyArray<string>>
  /** A person changes what they have said. */
  readonly edit: (edited: Edited) => Effect.Effect<void>
  /** A person presses a button; the answer is the callback query's id. */
  readonly press: (pressed: Pressed) => Effect.Effect<string>
  /** A person joins a group; the bot itself, where nobody is named: in a private chat it is unblocked. */
  readonly join: (moved: Moved) => Effect.Effect<void>
  /** A person leaves a group; the bot itself, where nobody is named: in a private chat it is blocked. */
  readonly leave: (moved: Moved) => Effect.Effect<void>
  /** A group becomes a supergroup; the answer is the new conversation. */
  readonly migrate: (conversation: string) => Effect.Effect<string>
  /** An update by its kind and payload, as it is, to the bot with this id or to all. */
  readonly dispatch: (kind: string, payload: Fields, account?: string) => Effect.Effect<void>
  /** All messages that a conversation shows now, oldest first, as bots are shown them. */
  readonly messages: (conversation: string, account?: string) => Effect.Effect<ReadonlyArray<Fields>>
  /** What the bot with this id, or all together, did without saying anything: typing, reactions. */
  readonly gestures: (account?: string) => Effect.Effect<ReadonlyArray<Gesture>>
  /** The callback queries that have been answered, by id. */
  readonly acknowledged: Effect.Effect<ReadonlyArray<string>>
  /** What the bot with this id, or all together, called so far. */
  readonly counts: (account?: string) => Effect.Effect<Counts>
}

const notHere = new UpgradeRefused({ answer: refuse(new Refused({ code: 404, description: "Not Found" })) })

/** A simulated Telegram that lives as long as the scope; it knows one bot, `defaultBot`, unless it is told of others. */
export const make = (
  options: Partial<TelegramSimulatorOptions> = {}
): Effect.Effect<TelegramSimulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const saying = yield* PubSub.unbounded<Said>()
    const now = () => clock.unsafeCurrentTimeMillis()
    const seed = yield* Random.nextInt
    const world = new World({ ...defaults, ...options }, now, seed, (said) => saying.unsafeOffer(said))
    for (const bot of world.bots()) yield* Deliveries.start(world, bot)
    return {
      ...control(world),
      options: world.options,
      saying: Stream.fromPubSub(saying),
      http: rest(world),
      upgrade: () => notHere
    }
  })
