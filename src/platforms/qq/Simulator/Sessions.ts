import * as Duration from "effect/Duration"
import { intentOf, shardOf } from "./Intents.ts"
import type { QQSimulatorOptions } from "./Options.ts"

/** Something that happened to a bot, before a session numbers it. */
export interface Happening {
  readonly account: string
  /** the event's id, and its name */
  readonly id: string
  readonly t: string
  readonly d: unknown
  readonly guild: string | undefined
}

/** Who receives what a session is told: the line it is on. */
export interface Listener {
  readonly hear: (frame: string) => void
  /** the session now belongs to somebody else, or is gone */
  readonly deposed: (code: number, reason: string) => void
}

/** What the platform remembers of one Identify. */
export interface Session {
  readonly id: string
  readonly account: string
  readonly shard: readonly [id: number, count: number]
  readonly intents: number
  /** the number of its newest dispatch */
  s: number
  /** the newest number that is no longer kept */
  forgotten: number
  readonly kept: Array<{ readonly s: number; readonly frame: string }>
  listener: Listener | undefined
  /** Unix milliseconds at which it lost its line */
  leftAt: number
  /** which connection, counted over all, was its last */
  turn: number
}

/** All sessions that are connected or may still be resumed. */
export class Sessions {
  private readonly sessions = new Map<string, Session>()
  private turns = 0

  constructor(
    private readonly options: QQSimulatorOptions,
    private readonly now: () => number
  ) {}

  open(id: string, account: string, shard: readonly [number, number], intents: number, listener: Listener): Session {
    if (this.options.singleSessionPerShard) {
      for (const old of this.of(account)) if (String(old.shard) === String(shard)) this.drop(old)
    }
    const session = { id, account, shard, intents, s: 0, forgotten: 0, kept: [], leftAt: 0 }
    const opened: Session = { ...session, listener, turn: (this.turns += 1) }
    this.sessions.set(id, opened)
    return opened
  }

  find(id: string, account: string): Session | undefined {
    return this.of(account).find((session) => session.id === id)
  }

  /** Puts a session on a line, and the line it may have been on out of the way. */
  resume(session: Session, listener: Listener): void {
    session.listener?.deposed(4902, "reset by resume")
    session.listener = listener
    session.turn = this.turns += 1
  }

  /** The line is gone; from now on the session waits to be resumed. */
  leave(session: Session, listener: Listener): void {
    if (session.listener !== listener) return
    session.listener = undefined
    session.leftAt = this.now()
  }

  drop(session: Session): void {
    this.sessions.delete(session.id)
    session.listener?.deposed(4006, "invalid session id")
  }

  connected(account: string): boolean {
    return this.of(account).some(({ listener }) => listener !== undefined)
  }

  /** Numbers the event in every session that it is for, keeps it there, and tells those that are connected; how many that were. */
  tell(happening: Happening): number {
    const needed = intentOf(happening.t)
    const shards = new Map<string, Session>()
    const meant = this.of(happening.account)
      .filter(({ intents, shard }) => (intents & needed) !== 0 && shard[0] === shardOf(happening.guild, shard[1]))
      .toSorted((a, b) => a.turn - b.turn)
    for (const session of meant) {
      shards.set(this.options.deliverTo === "all" ? session.id : String(session.shard), session)
    }
    for (const session of shards.values()) this.number(session, happening)
    return shards.size
  }

  private number(session: Session, { d, id, t }: Happening): void {
    session.s += 1
    const frame = JSON.stringify({ id, op: 0, s: session.s, t, d })
    session.kept.push({ s: session.s, frame })
    if (session.kept.length > this.options.resumeEvents) session.forgotten = session.kept.shift()?.s ?? 0
    session.listener?.hear(frame)
  }

  private of(account: string): ReadonlyArray<Session> {
    const oldest = this.now() - Duration.toMillis(this.options.resumeWithin)
    for (const session of this.sessions.values()) {
      if (session.listener === undefined && session.leftAt < oldest) this.sessions.delete(session.id)
    }
    return Array.from(this.sessions.values()).filter((session) => session.account === account)
  }
}
