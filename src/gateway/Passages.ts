import * as Chunk from "effect/Chunk"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { SendError } from "../adapter/AdapterError.ts"
import type { Offered, Outcome } from "../delivery/KeyedQueue.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"
import type { Message, Receipt } from "../domain/Message.ts"
import * as Passing from "./Metrics/Passing.ts"
import type { Passage } from "./Passages/Passage.ts"

/** How many passages wait for one who listens before the oldest are lost to them. */
export const capacity = 1024

/** How much has passed since the gateway began. */
export interface Passed {
  readonly account: AccountId
  /** events that were kept for the handler */
  readonly heard: number
  /** messages that the platform took */
  readonly sent: number
}

/** What is counted of one account. */
class Tally {
  heard = 0
  sent = 0
  readonly meters
  constructor(account: AccountId) {
    this.meters = {
      heard: Passing.heard.of(account),
      repeated: Passing.repeated.of(account),
      handled: Passing.handled.of(account, "Handled"),
      sent: Passing.sends.of(account, "Sent")
    }
  }
}

/** What waits for one who listens. */
class Listener {
  #waiting: Array<Passage> = []
  readonly #some = Effect.unsafeMakeLatch(false)

  push(passage: Passage): void {
    if (this.#waiting.length >= capacity) {
      const dropped = this.#waiting.splice(0, capacity / 2)
      Passing.lost.of().unsafeUpdate(dropped.length, [])
    }
    this.#waiting.push(passage)
    this.#some.unsafeOpen()
  }

  /** Waits until there is something, and takes all of it. */
  readonly take: Effect.Effect<Chunk.Chunk<Passage>> = Effect.zipRight(
    this.#some.await,
    Effect.sync(() => {
      const all = this.#waiting
      this.#waiting = []
      this.#some.unsafeClose()
      return Chunk.unsafeFromArray(all)
    })
  )
}

const handlerSeconds = Passing.handlerSeconds.of()
const sendSeconds = Passing.sendSeconds.of()

const about = ({ _tag: kind, conversation: { account, id: conversation }, id }: Event) => ({
  account,
  conversation,
  id,
  kind
})

const words = (event: Event): { readonly text?: string } => {
  if ("text" in event) return { text: event.text }
  return event._tag === "ButtonPressed" ? { text: event.data } : {}
}

/**
 * Events and messages as they pass through one gateway. Who tells it of them waits for nobody, and pays for nothing but a
 * count while nobody listens.
 */
export class Passages {
  static readonly make: Effect.Effect<Passages> = Effect.map(Effect.clock, (clock) => new Passages(clock))

  readonly #clock: Clock.Clock
  readonly #listeners = new Set<Listener>()
  readonly #tallies = new Map<AccountId, Tally>()

  private constructor(clock: Clock.Clock) {
    this.#clock = clock
  }

  /** What passes from now on; who listens too slowly loses the oldest, and holds up nobody. */
  readonly stream: Stream.Stream<Passage> = Stream.unwrapScoped(
    Effect.acquireRelease(
      Effect.sync(() => {
        const listener = new Listener()
        this.#listeners.add(listener)
        return listener
      }),
      (listener) => Effect.sync(() => this.#listeners.delete(listener))
    ).pipe(Effect.map(({ take }) => Stream.repeatEffectChunk(take)))
  )

  /** How much has passed, of each account of which anything has. */
  get passed(): ReadonlyArray<Passed> {
    return Array.from(this.#tallies, ([account, { heard, sent }]) => ({ account, heard, sent }))
  }

  /** Milliseconds that no setting of the wall clock changes, to tell later how long something took. */
  elapsed(): number {
    return Number(this.#clock.unsafeCurrentTimeNanos()) / 1e6
  }

  /** Of these events of one account, those that are no repeats have been kept. */
  heard(account: AccountId, events: ReadonlyArray<Event>, { kept, repeats }: Offered): void {
    const tally = this.#tally(account)
    tally.heard += kept
    tally.meters.heard.unsafeUpdate(kept, [])
    if (repeats.length > 0) tally.meters.repeated.unsafeUpdate(repeats.length, [])
    if (this.#listeners.size === 0) return
    const known = new Set(repeats)
    for (const event of events) {
      if (known.has(`${account}/${event.id}`)) continue
      this.#tell({ _tag: "Heard", ...about(event), at: this.#now(), sender: event.sender, ...words(event) })
    }
  }

  /** An account let these events go by, whose senders have no access. */
  denied(account: AccountId, events: ReadonlyArray<Event>, reason: string): void {
    Passing.denied.of(account, reason).unsafeUpdate(events.length, [])
    if (this.#listeners.size === 0) return
    for (const event of events)
      this.#tell({ _tag: "Denied", ...about(event), at: this.#now(), sender: event.sender, reason })
  }

  /** The handler is done with an event, which it was given when `began` had elapsed. */
  handled(event: Event, began: number, replies: number): void {
    const took = this.elapsed() - began
    this.#tally(event.conversation.account).meters.handled.unsafeUpdate(1, [])
    handlerSeconds.unsafeUpdate(took / 1000, [])
    if (this.#listeners.size === 0) return
    this.#tell({ _tag: "Handled", ...about(event), at: this.#now(), took, replies })
  }

  /** An event was handled as part of another. */
  joined(event: Event): void {
    this.#tally(event.conversation.account).meters.handled.unsafeUpdate(1, [])
    if (this.#listeners.size === 0) return
    this.#tell({ _tag: "Handled", ...about(event), at: this.#now(), took: 0, replies: 0 })
  }

  /** The handler failed on an event, which it was given when `began` had elapsed, and this comes of it. */
  failed(event: Event, began: number, outcome: Outcome<Message>): void {
    const took = this.elapsed() - began
    Passing.handled.of(event.conversation.account, outcome._tag === "Again" ? "NotHandled" : "Dead").unsafeUpdate(1, [])
    handlerSeconds.unsafeUpdate(took / 1000, [])
    if (this.#listeners.size === 0 || outcome._tag !== "Again") return
    const passage = { ...about(event), at: this.#now(), took }
    this.#tell({ _tag: "NotHandled", ...passage, cause: outcome.cause, next: outcome.at })
  }

  /** The platform took a message, which it was given when `began` had elapsed. */
  sent(message: Message, began: number, receipt: Receipt): void {
    const tally = this.#tally(message.conversation.account)
    tally.sent += 1
    tally.meters.sent.unsafeUpdate(1, [])
    sendSeconds.unsafeUpdate((this.elapsed() - began) / 1000, [])
    if (this.#listeners.size === 0) return
    this.#tell({ _tag: "Sent", ...this.#message(message), text: message.content.text, receipt })
  }

  /** A message was tried and not taken, and this comes of it. */
  notSent(message: Message, { message: cause, reason }: SendError, outcome: Outcome<never>): void {
    Passing.sends.of(message.conversation.account, reason).unsafeUpdate(1, [])
    if (this.#listeners.size === 0 || outcome._tag !== "Again") return
    this.#tell({ _tag: "NotSent", ...this.#message(message), reason, cause, next: outcome.at })
  }

  /** An event or a message was put aside. */
  dead(queue: "inbox" | "outbox", value: Event | Message, reason: string): void {
    Passing.aside.of(value.conversation.account, queue).unsafeUpdate(1, [])
    if (this.#listeners.size === 0) return
    this.#tell({ _tag: "Dead", ...this.#message(value), queue, reason })
  }

  #message({ conversation: { account, id: conversation }, id }: Event | Message) {
    return { account, conversation, id, at: this.#now() }
  }

  #now(): number {
    return this.#clock.unsafeCurrentTimeMillis()
  }

  #tally(account: AccountId): Tally {
    const known = this.#tallies.get(account)
    if (known !== undefined) return known
    const fresh = new Tally(account)
    this.#tallies.set(account, fresh)
    return fresh
  }

  #tell(passage: Passage): void {
    for (const listener of this.#listeners) listener.push(passage)
  }
}
