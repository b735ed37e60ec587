import * as Duration from "effect/Duration"
import type { Fields } from "../../../adapter/Fields.ts"
import type { Fault, Said } from "../../../adapter/Simulator.ts"
import { Armed } from "../../../adapter/Simulator/Armed.ts"
import { Logbook } from "../../../adapter/Simulator/Logbook.ts"
import * as Redacted from "effect/Redacted"
import { Bot } from "./Bot.ts"
import { Chats } from "./Chats.ts"
import type { TelegramFault } from "./Fault.ts"
import { Names } from "./Names.ts"
import type { TelegramSimulatorOptions } from "./Options.ts"
import { placeOf } from "./Place.ts"

/** All that the simulated platform knows, in one place; every part of it changes at once or not at all. */
export class World {
  readonly faults = new Armed<Fault>()
  readonly ownFaults = new Armed<TelegramFault>()
  readonly log: Logbook
  readonly names: Names
  readonly chats = new Chats()
  private readonly known: ReadonlyMap<string, Bot>
  private held: (() => void) | undefined
  private lines = 0

  constructor(
    readonly options: TelegramSimulatorOptions,
    readonly now: () => number,
    seed: number,
    readonly onSaid: (said: Said) => void
  ) {
    this.log = new Logbook(now, options.keepRecord)
    this.names = new Names(seed)
    this.known = new Map(options.bots.map((bot) => [Redacted.value(bot.token), new Bot(bot, this)]))
    for (const conversation of options.conversations) {
      const place = placeOf(conversation)
      if (place !== undefined) for (const { id } of this.bots()) this.chats.enter(id, place)
    }
  }

  /** The bots that are meant: the one with this id, or all. */
  bots(id?: string): ReadonlyArray<Bot> {
    return Array.from(this.known.values()).filter((bot) => id === undefined || bot.id === id)
  }

  /** Whose token it is. */
  holder(token: string): Bot | undefined {
    return this.known.get(token)
  }

  /** The number of a line that opens. */
  nextLine(): number {
    return (this.lines += 1)
  }

  /** Unix seconds, as messages are dated. */
  get date(): number {
    return Math.floor(this.now() / 1000)
  }

  /** The text without the secrets in it. */
  redacted(text: string): string {
    return Array.from(this.known.keys()).reduce((clean, token) => clean.replaceAll(token, "<token>"), text)
  }

  /** Tells a bot something, if it wants to know; `lane` is the chat or the person that it is about. */
  tell(bot: Bot, kind: string, payload: Fields, lane: string, life = this.options.updateLife): void {
    if (!bot.allowed.has(kind)) return
    this.inOrder(() => {
      const copies = this.faults.take("Duplicate") === undefined ? 1 : 2
      const isKept = bot.queue.push(kind, payload, lane, Duration.toMillis(life), copies)
      this.log.write("update", { account: bot.id, kind, payload, isKept })
      bot.polls.wake()
    })
  }

  /** Lets go of an update that was kept back to change places with the next one. */
  flush(): void {
    const held = this.held
    this.held = undefined
    held?.()
  }

  private inOrder(tell: () => void): void {
    if (this.held === undefined && this.faults.take("Reorder") !== undefined) {
      this.held = tell
      return
    }
    tell()
    this.flush()
  }
}
