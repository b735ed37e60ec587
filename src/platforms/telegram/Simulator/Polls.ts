import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import { NoAnswer, type SimulatedConnection } from "../../../adapter/Simulator.ts"
import { Refused } from "./Answers.ts"
import type { Arguments } from "./Arguments.ts"
import type { Bot } from "./Bot.ts"
import { meant } from "./Fault.ts"
import { statuses } from "./Statuses.ts"
import type { World } from "./World.ts"

/** How a poll ends: the body of its answer, or why there is none. */
type Ending = Effect.Effect<string, Refused | NoAnswer>

interface Held {
  readonly id: number
  readonly since: number
  readonly end: Deferred.Deferred<string, Refused | NoAnswer>
  readonly news: Deferred.Deferred<void>
  state: "polling" | "stalled" | "silent"
}

interface Asked {
  readonly offset: number
  readonly limit: number
}

const conflicts = {
  poller: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  webhook:
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  setWebhook: "Conflict: terminated by setWebhook request"
} as const

/** The longest that a poll is held, in seconds. */
const longest = 50
/** An answer is cut at about this many characters. */
const answerSize = 4 * 2 ** 20
/** What is between two answers of 409, in milliseconds. */
const conflictEvery = 3000

const reset: Ending = new NoAnswer({ code: "ECONNRESET" })

/** A line that is closed with this code: an error's status is answered, anything else resets. */
const closing = (code: number): Ending =>
  code >= 400 && code < 600 ? new Refused({ code, description: statuses[code] ?? String(code) }) : reset

const body = (updates: ReadonlyArray<string>): string => {
  let size = 0
  const fitting = updates.filter((json, index) => (size += json.length) <= answerSize || index === 0)
  return `{"ok":true,"result":[${fitting.join(",")}]}`
}

/** How one bot asks for its updates: the poll that is held for it, and whatever else becomes of polls. */
export class Polls {
  private readonly held = new Set<Held>()
  private parked: Held | undefined
  private previous = { offset: Number.NaN, at: Number.NEGATIVE_INFINITY }
  private nextConflict = Number.NEGATIVE_INFINITY
  /** a poll was answered since the poller began */
  private ready = false
  private doom: { readonly at: number; readonly code: number } | undefined
  private readonly malformed: Array<string> = []

  constructor(
    private readonly world: World,
    private readonly bot: Bot
  ) {}

  get connections(): ReadonlyArray<SimulatedConnection> {
    return Array.from(this.held, ({ id, since, state }) => ({ id, since, state }))
  }

  /** One call of getUpdates. */
  poll(args: Arguments): Ending {
    return Effect.suspend(() => {
      const doom = this.doom
      const ending = this.answered(args)
      if (doom === undefined) return ending
      const closed = Effect.suspend(() => closing(doom.code))
      return Effect.raceFirst(ending, Effect.delay(closed, Math.max(0, doom.at - this.world.now())))
    })
  }

  /** What became of a poll, whoever answered it. */
  settled(wasAnswered: boolean): void {
    const fresh = wasAnswered && !this.ready
    this.ready = wasAnswered
    const fault = fresh ? this.world.faults.take("CloseOn", ({ step }) => step === "ready") : undefined
    if (!wasAnswered) this.doom = undefined
    if (fault !== undefined) this.doom = { at: this.world.now() + (fault.after ?? 0), code: fault.code }
  }

  /** There is news: a parked poll is answered soon. */
  wake(): void {
    if (this.parked !== undefined && !this.isDeaf) Deferred.unsafeDone(this.parked.news, Effect.void)
  }

  /** A webhook is set. */
  endBySetWebhook(): void {
    this.unpark(() => this.conflict("setWebhook"))
  }

  /** Another poll takes over from the one that is parked. */
  takeOver(): void {
    this.unpark(() => this.conflict("poller"))
  }

  refuse(refused: Refused): void {
    this.unpark(() => refused)
  }

  /** Every poll that is held now ends like this. */
  close(code: number): void {
    for (const { end, state } of this.held) if (state !== "silent") Deferred.unsafeDone(end, closing(code))
  }

  /** Every poll that is held now is never answered. */
  hush(): void {
    this.parked = undefined
    for (const held of this.held) {
      held.state = "silent"
      Deferred.unsafeDone(held.end, Effect.never)
    }
  }

  /** This body is the answer to the poll that is parked, or to the next one. */
  mangle(text: string): void {
    if (this.parked === undefined) this.malformed.push(text)
    else this.unpark(() => Effect.succeed(text))
  }

  heal(): void {
    this.malformed.length = 0
    this.doom = undefined
    if (this.bot.queue.waiting.length > 0) this.wake()
  }

  private readonly isMeant = (fault: { readonly account?: string }): boolean => meant(this.bot.id)(fault)

  private get isDeaf(): boolean {
    return this.world.ownFaults.find("Deaf", this.isMeant) !== undefined
  }

  private answered(args: Arguments): Ending {
    const { faults, ownFaults } = this.world
    const conflict = ownFaults.take("Conflict", this.isMeant)
    if (conflict !== undefined) return this.conflict(conflict.with)
    if (this.bot.webhook !== undefined) return this.conflict("webhook")
    if (faults.take("Stall", ({ step }) => step === "ready") !== undefined)
      return this.hold("stalled", () => Effect.void)
    const malformed = this.malformed.shift()
    if (malformed !== undefined) return Effect.succeed(malformed)
    const asked = { offset: args.integer("offset", 0), limit: args.integer("limit", 100, 1, 100) }
    this.bot.allow(args)
    return this.updates(asked, args.integer("timeout", 0, 0, longest))
  }

  /** Who asks again for what they have just been told waits longer, and gets less. */
  private updates(asked: Asked, timeout: number): Ending {
    const { at, offset } = this.previous
    const now = this.world.now()
    this.previous = { offset: asked.offset, at: now }
    const repeats = this.world.options.slowRepeats && offset === asked.offset
    const limited = repeats && now < at + 500 ? { ...asked, limit: 1 } : asked
    const held = repeats && now < at + 3000 ? Math.max(3, timeout) : timeout
    const updates = this.take(limited)
    return updates !== undefined || held === 0 ? Effect.succeed(updates ?? body([])) : this.park(limited, held)
  }

  private take({ limit, offset }: Asked): string | undefined {
    const updates = this.bot.queue.get(offset, limit)
    return updates.length === 0 || this.isDeaf ? undefined : body(updates.map(({ json }) => json))
  }

  private park(asked: Asked, timeout: number): Ending {
    this.takeOver()
    if (this.world.ownFaults.take("SecondPoller", this.isMeant) !== undefined) return this.conflict("poller")
    return this.hold("polling", (held) => {
      this.parked = held
      const told = Effect.zipRight(Deferred.await(held.news), Effect.sleep(this.world.options.batchFor))
      return Effect.map(Effect.raceFirst(Effect.sleep(timeout * 1000), told), () => {
        if (this.parked === held) this.unpark(() => Effect.succeed(this.take(asked) ?? body([])))
      })
    })
  }

  /** Keeps a poll until somebody ends it; `meanwhile` goes on beside that. */
  private hold(state: Held["state"], meanwhile: (held: Held) => Effect.Effect<void>): Ending {
    const begin = Effect.sync((): Held => {
      const held: Held = {
        id: this.world.nextLine(),
        since: this.world.now(),
        end: Deferred.unsafeMake(FiberId.none),
        news: Deferred.unsafeMake(FiberId.none),
        state
      }
      this.held.add(held)
      return held
    })
    return Effect.acquireUseRelease(
      begin,
      (held) =>
        Effect.scoped(
          Effect.zipRight(Effect.forkScoped(Effect.suspend(() => meanwhile(held))), Deferred.await(held.end))
        ),
      (held) =>
        Effect.sync(() => {
          this.held.delete(held)
          if (this.parked === held) this.parked = undefined
        })
    )
  }

  private unpark(ending: () => Ending): void {
    if (this.parked === undefined) return
    const { end } = this.parked
    this.parked = undefined
    Deferred.unsafeDone(end, ending())
  }

  /** Competing pollers are told so once every three seconds each. */
  private conflict(why: keyof typeof conflicts): Ending {
    const refused = new Refused({ code: 409, description: conflicts[why] })
    const now = this.world.now()
    if (now < this.nextConflict) return Effect.delay(refused, conflictEvery)
    this.nextConflict = now + conflictEvery
    return refused
  }
}
