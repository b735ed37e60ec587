import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Rate } from "../adapter/Setting.ts"
import type { Event } from "../domain/Event.ts"
import { type Handler, plain } from "./Handler.ts"

/** How much a handler is asked at most. */
export interface Limits {
  /** by one person, on one account, wherever they write */
  readonly person?: Rate | undefined
  /** by all people together, on one account */
  readonly account?: Rate | undefined
  /** What each person is told, once while a limit holds, when they are heard again only after `wait`; nothing, if left out. */
  readonly notice?: ((wait: Duration.Duration) => string) | undefined
}

/** A span that began with the first event of it. */
interface Window {
  readonly since: number
  /** what was let through: handled again after a failure, it counts no more */
  readonly events: Set<string>
  /** which event each person was told by */
  readonly told: Map<string, string>
}

/** Beyond so many windows those that are over make room, and then the oldest. */
const most = 100_000

/** The windows of one limit, by what it is a limit of. */
class Windows {
  /** in the order in which they began */
  readonly #windows = new Map<string, Window>()
  readonly #per: number
  constructor(readonly rate: Rate) {
    this.#per = Duration.toMillis(rate.per)
  }

  at(key: string, now: number): Window {
    const known = this.#windows.get(key)
    if (known !== undefined && now < known.since + this.#per) return known
    this.#windows.delete(key)
    this.#makeRoom(now)
    const fresh: Window = { since: now, events: new Set(), told: new Map() }
    this.#windows.set(key, fresh)
    return fresh
  }

  admits({ events }: Window, id: string): boolean {
    return events.has(id) || events.size < this.rate.count
  }

  /** How long until this window is over. */
  rest({ since }: Window, now: number): Duration.Duration {
    return Duration.millis(since + this.#per - now)
  }

  #makeRoom(now: number): void {
    for (const [key, { since }] of this.#windows) {
      if (now < since + this.#per && this.#windows.size < most) return
      this.#windows.delete(key)
    }
  }
}

/** What a person makes a handler work by. */
const isAsking = ({ _tag }: Event): boolean =>
  _tag === "MessageReceived" || _tag === "MessageEdited" || _tag === "ButtonPressed"

/** Who wrote to the bot, or pressed its button, waits for an answer; who is overheard does not. */
const isOwed = (event: Event): boolean => event._tag === "ButtonPressed" || ("addressed" in event && event.addressed)

/**
 * The same handler, asked no more than these limits allow: what goes beyond is not answered, of which each person is told
 * once until they are heard again. Not counted is what the handler has nothing to say to (`Stream.empty`). Counted is when things
 * happened by the platform's clock, so that what waited during an outage is not held against anybody. What was counted is
 * forgotten with the process.
 */
export const rateLimited = <R>(handler: Handler<R>, { account, notice, person }: Limits): Handler<R> => {
  const limits = [
    { rate: person, of: (event: Event) => `${event.conversation.account}/${event.sender.id}` },
    { rate: account, of: (event: Event) => event.conversation.account }
  ].flatMap(({ of, rate }) => (rate === undefined ? [] : [{ of, windows: new Windows(rate) }]))

  const refused = (event: Event, wait: Duration.Duration, { told }: Window) => {
    const { id, sender } = event
    if (notice === undefined || !isOwed(event) || (told.get(sender.id) ?? id) !== id) return Stream.empty
    told.set(sender.id, id)
    return Effect.succeed(plain(notice(wait)))
  }

  const limited: Handler<R> = (event, attempt) => {
    if (!isAsking(event)) return handler(event, attempt)
    const { at, id } = event
    const now = limits.map(({ of, windows }) => ({ windows, window: windows.at(of(event), at) }))
    const full = now.find(({ window, windows }) => !windows.admits(window, id))
    if (full !== undefined) return refused(event, full.windows.rest(full.window, at), full.window)
    const answer = handler(event, attempt)
    // what is not for the handler, such as what people say among themselves, is not held against who said it
    if (answer !== Stream.empty) for (const { window } of now) window.events.add(id)
    return answer
  }
  return Object.assign(limited, handler)
}
