import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import type { Fields } from "../../../adapter/Fields.ts"
import type { Fault, Said } from "../../../adapter/Simulator.ts"
import { Armed } from "../../../adapter/Simulator/Armed.ts"
import { Logbook } from "../../../adapter/Simulator/Logbook.ts"
import { Bot } from "./Bot.ts"
import { Chats } from "./Chats.ts"
import { Files } from "./Files.ts"
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
  readonly files: Files
  /** what bots have said, as it is to be seen now */
  readonly said: Array<Said> = []
  private readonly known: ReadonlyMap<string, Bot>
  private held: (() => void) | undefined
  private lines = 0

  constructor(
    readonly options: TelegramSimulatorOptions,
    readonly now: () => number,
    seed: number,
    private readonly onSaid: (said: Said) => void
  ) {
    this.log = new Logbook(now, options.keepRecord)
    this.names = new Names(seed)
    this.files = new Files(this.names)
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

  /** The text without the secrets in it: tokens, known or not, and what webhooks prove themselves with. */
  redacted(text: string): string {
    return Array.from(this.known.keys())
      .reduce((clean, token) => clean.replaceAll(token, "<token>"), text)
      .replace(/\d{5,}(?::|%3A)[\w-]{24,}/gi, "<token>")
      .replace(/(secret_token["'\\=:\s]+)[\w-]+/gi, "$1<secret>")
  }

  /** A bot has said something. */
  say(said: Said): void {
    this.said.push(said)
    this.onSaid(said)
  }

  /** What a bot said reads differently from now on. */
  editSaid(account: string, chat: number, id: string, now: Pick<Said, "text" | "buttons">): void {
    const at = this.saidAt(account, chat, id)
    const before = this.said[at]
    if (before === undefined) return
    const { buttons: _, ...rest } = before
    const said = { ...rest, ...now }
    this.said.splice(at, 1, said)
    this.onSaid(said)
  }

  /** What a bot said is taken back. */
  unsay(account: string, chat: number, id: string): void {
    const at = this.saidAt(account, chat, id)
    if (at >= 0) this.said.splice(at, 1)
  }

  private saidAt(account: string, chat: number, id: string): number {
    return this.said.findLastIndex(
      (said) => said.account === account && said.id === id && placeOf(said.conversation)?.chat === chat
    )
  }

  /** Tells a bot something, if it wants to know; `lane` is the chat or the person that it is about. */
  tell(bot: Bot, kind: string, payload: Fields, lane: string, life = this.options.updateLife): void {
    if (bot.allowed.has(kind)) this.queue(bot, kind, payload, lane, life)
  }

  /** Tells a bot something, whether it wants to know or not. */
  queue(bot: Bot, kind: string, payload: Fields, lane: string, life = this.options.updateLife): void {
    this.inOrder(() => {
      const copies = this.faults.take("Duplicate") === undefined ? 1 : 2
      const isKept = bot.queue.push(kind, payload, lane, Duration.toMillis(life), copies)
      this.log.write("update", { account: bot.id, kind, payload, isKept })
      bot.polls.wake()
      bot.news()
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
