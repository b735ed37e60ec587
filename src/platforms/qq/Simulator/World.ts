import * as Duration from "effect/Duration"
import type { Fault, Said } from "../../../adapter/Simulator.ts"
import { Armed } from "../../../adapter/Simulator/Armed.ts"
import { Logbook } from "../../../adapter/Simulator/Logbook.ts"
import { Anchors } from "./Anchors.ts"
import type { QQFault } from "./Fault.ts"
import type { StoredFile } from "./Files.ts"
import { Names } from "./Names.ts"
import type { Incoming } from "./Parts.ts"
import type { QQSimulatorOptions, SimulatedBot } from "./Options.ts"
import { placeOf } from "./Place.ts"
import type { Letter } from "./Posting.ts"
import { Sessions } from "./Sessions.ts"
import { Standing } from "./Standing.ts"
import type { Streamed } from "./Streams.ts"
import { Tokens } from "./Tokens.ts"

/** What the platform keeps about one bot. */
export interface Account {
  readonly bot: SimulatedBot
  readonly anchors: Anchors
  readonly standing: Standing
  /** when it identified, in Unix milliseconds */
  readonly identifies: Array<number>
  /** buttons that were pressed, and whether the bot has answered */
  readonly interactions: Map<string, boolean>
  /** what it brought to be shown, by what stands for it */
  readonly files: Map<string, StoredFile>
  /** files that come in parts and are not whole yet, by what each is called until then */
  readonly uploads: Map<string, Incoming>
  /** messages that were streamed, by id */
  readonly streams: Map<string, Streamed>
  resumes: number
  tokens: number
}

const messageEvent = /(^|_)MESSAGE_CREATE$/

/** All that the simulated platform knows, in one place; every part of it changes at once or not at all. */
export class World {
  readonly faults = new Armed<Fault>()
  readonly ownFaults = new Armed<QQFault>()
  readonly log: Logbook
  readonly names: Names
  readonly tokens: Tokens
  readonly sessions: Sessions
  /** what takes events to the addresses of their bots */
  mail: (letter: Letter) => void = () => {}
  private readonly known: ReadonlyMap<string, Account>
  private held: (() => void) | undefined

  constructor(
    readonly options: QQSimulatorOptions,
    readonly now: () => number,
    seed: number,
    /** `changed`: it takes the place of what was said under its id */
    readonly onSaid: (said: Said, changed?: boolean) => void
  ) {
    this.log = new Logbook(now)
    this.names = new Names(seed)
    this.tokens = new Tokens(options, this.names, now)
    this.sessions = new Sessions(options, now)
    this.known = new Map(
      options.bots.map((bot) => [
        bot.appId,
        {
          bot,
          anchors: new Anchors(options, now),
          standing: new Standing(options, now),
          identifies: [],
          interactions: new Map(),
          streams: new Map(),
          files: new Map(),
          uploads: new Map(),
          resumes: 0,
          tokens: 0
        }
      ])
    )
  }

  /** The bots that are meant: the one that is named, or all. */
  accounts(appId?: string): ReadonlyArray<Account> {
    return Array.from(this.known.values()).filter(({ bot }) => appId === undefined || bot.appId === appId)
  }

  /** The bot that a token belongs to, as long as it is valid. */
  holder(token: string): Account | undefined {
    const bot = this.tokens.holder(token)
    return bot === undefined ? undefined : this.known.get(bot.appId)
  }

  /** How many sessions a bot may still start, and in how many milliseconds that is set back. */
  startsLeft({ identifies }: Account): { readonly remaining: number; readonly resetAfter: number } {
    const { per, total } = this.options.sessionStarts
    const from = this.now() - Duration.toMillis(per)
    const recent = identifies.filter((at) => at > from)
    return { remaining: total - recent.length, resetAfter: (recent[0] ?? this.now()) - from }
  }

  /** Something happens to a bot; the answer is the event's id. What it may reply to is known even when no session hears of it. */
  happen(account: Account, t: string, d: Readonly<Record<string, unknown>>): string {
    const id = t === "INTERACTION_CREATE" ? `${t}:${String(d["id"])}` : this.names.event(t)
    const place = placeOf(d)
    if (place !== undefined) {
      account.standing.note(place, t)
      account.anchors.add("event", id, place, t)
      if (messageEvent.test(t)) account.anchors.add("message", String(d["id"]), place, t)
    }
    if (t === "INTERACTION_CREATE") account.interactions.set(String(d["id"]), false)
    const guild = typeof d["guild_id"] === "string" ? d["guild_id"] : undefined
    this.inOrder(() => {
      const happening = { account: account.bot.appId, id, t, d, guild }
      const sessions = this.sessions.tell(happening)
      if (account.bot.webhook !== undefined) this.mail({ bot: account.bot, happening })
      this.log.write("event", { account: account.bot.appId, id, t, sessions })
    })
    return id
  }

  /** Lets go of an event that was kept back to change places with the next one. */
  flush(): void {
    const held = this.held
    this.held = undefined
    held?.()
  }

  private inOrder(tell: () => void): void {
    const twice = () => {
      tell()
      if (this.faults.take("Duplicate") !== undefined) tell()
    }
    if (this.held === undefined && this.faults.take("Reorder") !== undefined) {
      this.held = twice
      return
    }
    twice()
    this.flush()
  }
}
