import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Wire } from "../../../adapter/Simulator/Wire.ts"
import { meant } from "./Fault.ts"
import { everyIntent } from "./Intents.ts"
import type { Listener, Session } from "./Sessions.ts"
import type { Account, World } from "./World.ts"

const Frame = Schema.parseJson(Schema.Struct({ op: Schema.Int, d: Schema.optional(Schema.Unknown) }))
const Identify = Schema.Struct({
  token: Schema.String,
  intents: Schema.Int,
  shard: Schema.optional(Schema.NullOr(Schema.Tuple(Schema.Int, Schema.Int)))
})
const Resume = Schema.Struct({ token: Schema.String, session_id: Schema.String, seq: Schema.Int })

/** The time between an op 9 and the close that follows it, as it was seen in production. */
const beforeClose = 100

/** What the platform says on one WebSocket line, and how it takes what it is told there. */
export class Talk implements Listener {
  private phase: "open" | "identifying" | "ready" | "refused" | "closed" = "open"
  private account: Account | undefined
  private session: Session | undefined
  private deadline: number
  private readonly frames: Array<number> = []

  constructor(
    private readonly world: World,
    private readonly wire: Wire,
    readonly id: number
  ) {
    this.deadline = world.now() + Duration.toMillis(world.options.identifyWithin)
  }

  get state(): string {
    return this.wire.silent ? "silent" : this.phase
  }

  /** The line is open. */
  begin(): void {
    if (this.closedOn("upgrade")) return
    if (this.world.faults.take("Stall", ({ step }) => step === "hello") !== undefined) return
    this.send({ op: 10, d: { heartbeat_interval: this.interval } })
    this.watch()
  }

  receive(text: string): void {
    if (this.phase === "closed" || this.phase === "refused" || this.wire.silent) return
    this.world.log.write("received", { line: this.id, text })
    if (this.tooFast()) return this.close(4008, "payloads sent too fast")
    const frame = Option.getOrUndefined(Schema.decodeOption(Frame)(text))
    if (frame === undefined) return this.close(4002, "invalid payload")
    if (frame.op === 1) return this.heartbeat()
    if (frame.op === 2) return this.identify(frame.d)
    if (frame.op === 6) return this.resume(frame.d)
    this.close(4001, "invalid opcode")
  }

  ping(): void {
    if (!this.wire.silent) this.wire.pong()
  }

  hear(frame: string): void {
    if (this.phase === "ready") this.wire.send(frame)
  }

  deposed(code: number, reason: string): void {
    this.session = undefined
    this.close(code, reason)
  }

  /** The peer has gone, or was cut off. */
  gone(code: number): void {
    if (this.phase !== "closed") this.world.log.write("closed", { line: this.id, by: "peer", code })
    this.finish()
    this.wire.leave()
  }

  close(code: number, reason: string): void {
    if (this.phase === "closed") return
    this.world.log.write("closed", { line: this.id, by: "platform", code })
    this.finish()
    this.wire.close(code, reason)
  }

  belongsTo(appId: string | undefined): boolean {
    return appId === undefined || this.account?.bot.appId === appId
  }

  /** Asks the client to come back on another line. */
  reconnect(): void {
    if (this.phase === "closed") return
    this.send({ op: 7 })
    this.wire.after(Duration.toMillis(this.world.options.reconnectGrace), () => this.close(4009, "Session timed out"))
  }

  /** Takes the session away, for good unless it is `resumable`, and closes the line soon after. */
  invalidate(resumable: boolean, code: number, reason: string): void {
    if (this.phase === "closed") return
    const session = this.session
    this.finish("refused")
    if (!resumable && session !== undefined) this.world.sessions.drop(session)
    this.send({ op: 9, d: resumable })
    this.wire.after(beforeClose, () => (resumable ? this.close(4009, "Session timed out") : this.close(code, reason)))
  }

  private identify(d: unknown): void {
    if (this.closedOn("identify")) return
    const asked = Option.getOrUndefined(Schema.decodeUnknownOption(Identify)(d))
    if (asked === undefined) return this.close(4002, "invalid payload")
    const account = this.admit(asked.token, "identify")
    if (account === undefined) return
    const shard = asked.shard ?? ([0, 1] as const)
    const { granted, refuseIntentsWith } = this.world.options
    if (shard[0] < 0 || shard[0] >= shard[1]) return this.close(4010, "invalid shard")
    if (asked.intents < 0 || (asked.intents & ~everyIntent) !== 0) return this.close(4013, "invalid intents")
    if ((asked.intents & ~granted) !== 0) {
      if (refuseIntentsWith === "op9") return this.invalidate(false, 4903, "create session error")
      return this.close(refuseIntentsWith, "intents without permission")
    }
    if (this.world.startsLeft(account).remaining <= 0) return this.close(4900, "session start limit")
    account.identifies.push(this.world.now())
    if (this.stalled()) return
    const session = this.world.sessions.open(this.world.names.uuid(), account.bot.appId, shard, asked.intents, this)
    session.s = 1
    const user = { id: account.bot.id, username: account.bot.name, bot: true }
    // An unsharded session is told `[0,0]`, as in the documentation's own example.
    const told = shard[1] === 1 ? [0, 0] : shard
    this.send({ op: 0, s: 1, t: "READY", d: { version: 1, session_id: session.id, user, shard: told } })
    this.ready(session)
  }

  private resume(d: unknown): void {
    if (this.closedOn("resume")) return
    const asked = Option.getOrUndefined(Schema.decodeUnknownOption(Resume)(d))
    if (asked === undefined) return this.close(4002, "invalid payload")
    const account = this.admit(asked.token, "resume", asked.session_id)
    if (account === undefined) return
    const session = this.world.sessions.find(asked.session_id, account.bot.appId)
    if (session === undefined) {
      if (this.world.options.refuseResumeWith === 4006) return this.close(4006, "invalid session id")
      return this.invalidate(false, 4902, "reset by resume")
    }
    if (asked.seq > session.s || asked.seq < session.forgotten) return this.close(4007, "bad seq")
    account.resumes += 1
    if (this.stalled()) return
    this.world.sessions.resume(session, this)
    for (const { frame, s } of session.kept) if (s > asked.seq) this.wire.send(frame)
    session.s += 1
    // Really an empty string.
    this.send({ op: 0, s: session.s, t: "RESUMED", d: "" })
    this.ready(session)
  }

  /** The bot that may go on with Identify or Resume on this line; otherwise it has been told why not. */
  private admit(token: string, step: "identify" | "resume", session = ""): Account | undefined {
    if (this.phase !== "open") return void this.close(4005, "already authenticated")
    const account = this.world.holder(token.replace(/^QQBot /, ""))
    if (account === undefined) return void this.close(4004, "invalid token")
    this.account = account
    const forThis = meant(account.bot.appId)
    const ban = this.world.ownFaults.find("Ban", forThis)
    if (ban !== undefined) return void this.close(ban.code, ban.code === 4914 ? "bot offline" : "bot banned")
    const invalid = this.world.ownFaults.take("InvalidSession", (fault) => fault.on === step && forThis(fault))
    if (invalid === undefined) return account
    if (step === "identify") return void this.invalidate(invalid.resumable, 4903, "create session error")
    this.session = this.world.sessions.find(session, account.bot.appId)
    return void this.invalidate(invalid.resumable, 4902, "reset by resume")
  }

  private ready(session: Session): void {
    this.session = session
    this.phase = "ready"
    this.deadline = this.world.now() + this.patience
    if (this.closedOn("ready")) return
    const every = this.world.options.reconnectEvery
    if (every !== undefined) this.wire.after(Duration.toMillis(every), () => this.reconnect())
  }

  private heartbeat(): void {
    if (this.phase !== "open") this.deadline = this.world.now() + this.patience
    const account = this.account?.bot.appId ?? ""
    if (this.world.ownFaults.find("DropAcks", meant(account)) === undefined) this.send({ op: 11 })
  }

  private stalled(): boolean {
    this.phase = "identifying"
    this.deadline = this.world.now() + this.patience
    return this.world.faults.take("Stall", ({ step }) => step === "ready") !== undefined
  }

  /** Whether a fault closes the line at this step. */
  private closedOn(step: "upgrade" | "identify" | "resume" | "ready"): boolean {
    const fault = this.world.faults.take("CloseOn", (fault) => fault.step === step)
    if (fault === undefined) return false
    const close = () => this.close(fault.code, "")
    if (fault.after === undefined) close()
    else this.wire.after(fault.after, close)
    return true
  }

  private watch(): void {
    this.wire.after(this.deadline - this.world.now(), () => {
      if (this.phase === "closed") return
      if (this.world.now() >= this.deadline) this.close(4009, "Session timed out")
      else this.watch()
    })
  }

  private tooFast(): boolean {
    const now = this.world.now()
    this.frames.push(now)
    while ((this.frames[0] ?? now) <= now - 60_000) this.frames.shift()
    return this.frames.length > this.world.options.framesPerMinute
  }

  private send(frame: object): void {
    const text = JSON.stringify(frame)
    this.world.log.write("sent", { line: this.id, text })
    this.wire.send(text)
  }

  private finish(phase: "refused" | "closed" = "closed"): void {
    this.phase = phase
    if (this.session !== undefined) this.world.sessions.leave(this.session, this)
    this.session = undefined
  }

  private get interval(): number {
    return Duration.toMillis(this.world.options.heartbeatInterval)
  }

  private get patience(): number {
    return this.interval * this.world.options.heartbeatsMissed
  }
}
