import * as Duration from "effect/Duration"
import type { Names } from "./Names.ts"
import type { TelegramSimulatorOptions } from "./Options.ts"

/** An update as it waits for its bot. */
export interface Queued {
  readonly id: number
  /** the update, as JSON */
  readonly json: string
  /** Unix milliseconds */
  readonly expires: number
  /** what webhooks keep in order: the chat or the person that it is about */
  readonly lane: string
}

const newestId = 2_000_000_000
/** How far an offset may be off before it is taken for no offset at all. */
const ahead = 10
const behind = 100_000

/** One bot's updates until they are confirmed. */
export class UpdateQueue {
  private updates: Array<Queued> = []
  /** the id that the next update gets */
  private tail: number | undefined
  private restartAt: (() => number) | undefined
  /** no update expires before this; Unix milliseconds */
  private soonest = Number.POSITIVE_INFINITY

  constructor(
    private readonly options: TelegramSimulatorOptions,
    private readonly names: Names,
    private readonly now: () => number
  ) {}

  /** Keeps an update, `copies` times under one id; false when the queue is full. */
  push(kind: string, payload: unknown, lane: string, life: Duration.DurationInput, copies = 1): boolean {
    this.expire()
    if (this.updates.length >= this.options.queueLimit) return false
    const id = this.nextId()
    const json = `{"update_id":${id},${JSON.stringify(kind)}:${JSON.stringify(payload)}}`
    const queued = { id, json, lane, expires: this.now() + Duration.toMillis(life) }
    for (let copy = 0; copy < copies; copy++) this.updates.push(queued)
    this.tail = id + 1
    this.soonest = Math.min(this.soonest, queued.expires)
    return true
  }

  /** The ids begin anew, lower, as soon as nothing waits. */
  restart(at?: number): void {
    const half = Math.max(1, Math.floor((this.tail ?? newestId) / 2))
    this.restartAt = () => Math.max(1, at ?? this.names.between(1, half))
  }

  /** What waits from `offset` on; what is older is confirmed by that, and gone. */
  get(offset: number, limit: number): ReadonlyArray<Queued> {
    this.expire()
    if (offset < 0) this.updates.splice(0, Math.max(0, this.updates.length + offset))
    const head = this.updates[0]?.id ?? this.tail ?? 0
    const isValid = offset > 0 && offset <= (this.tail ?? 0) + ahead && offset >= head - behind
    if (isValid) {
      const first = this.updates.findIndex(({ id }) => id >= offset)
      this.updates.splice(0, first < 0 ? this.updates.length : first)
    }
    return this.updates.slice(0, limit)
  }

  /** Everything that waits, oldest first. */
  get waiting(): ReadonlyArray<Queued> {
    this.expire()
    return this.updates
  }

  forget(update: Queued): void {
    const at = this.updates.indexOf(update)
    if (at >= 0) this.updates.splice(at, 1)
  }

  clear(): void {
    this.updates = []
  }

  private nextId(): number {
    if (this.restartAt !== undefined && this.updates.length === 0) {
      this.tail = this.restartAt()
      this.restartAt = undefined
    }
    return this.tail ?? this.names.between(2_000_001, newestId / 2)
  }

  private expire(): void {
    const now = this.now()
    if (this.soonest > now) return
    this.updates = this.updates.filter(({ expires }) => expires > now)
    this.soonest = this.updates.reduce((least, { expires }) => Math.min(least, expires), Number.POSITIVE_INFINITY)
  }
}
