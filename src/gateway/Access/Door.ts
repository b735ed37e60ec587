import * as Effect from "effect/Effect"
import type { AccessRule } from "../../adapter/Platform.ts"
import type { ResumeStore } from "../../adapter/ResumeStore.ts"
import type { StoreRefused } from "../../delivery/KeyedQueue.ts"
import type { Event } from "../../domain/Event.ts"
import { gate } from "../Access.ts"
import type { Passages } from "../Passages.ts"
import * as Pairing from "./Pairing.ts"

export interface DoorOptions extends Pairing.PairingOptions {
  /** Keeps what was let in. */
  readonly keep: (events: ReadonlyArray<Event>) => Effect.Effect<unknown, StoreRefused>
  /** Hears of what was not. */
  readonly passages: Pick<Passages, "denied">
  readonly formerly: (conversation: string) => string | undefined
}

/** What stands between what an account hears and what is kept of it for a handler. */
export interface Door {
  /** Keeps the events that may come in; who is not known is asked, where the rule says so, whom they are. */
  readonly enter: (events: ReadonlyArray<Event>) => Effect.Effect<void, StoreRefused>
  /** By which rule an event that came in earlier would not now; undefined where it would. */
  readonly denial: (event: Event) => AccessRule["_tag"] | undefined
  /** From now on this rule is obeyed. */
  readonly obey: (rule: AccessRule) => Effect.Effect<void>
  readonly rule: () => AccessRule
  readonly pairing: Pairing.Pairing
}

export const make = (options: DoorOptions, first: AccessRule): Effect.Effect<Door, never, ResumeStore> =>
  Effect.gen(function* () {
    const { account, formerly, keep, passages } = options
    const pairing = yield* Pairing.make(options)
    let rule = first
    let asks = gate(first, pairing.guests)
    let told = false

    /** A group that was given another id is the group that it was. */
    const admits = (event: Event): boolean => {
      if (asks(event)) return true
      const { conversation } = event
      const before = formerly(conversation.id)
      return before !== undefined && asks({ ...event, conversation: { ...conversation, id: before } })
    }

    const turnAway = (strangers: ReadonlyArray<Event>) =>
      Effect.gen(function* () {
        if (rule._tag === "Open") return
        if (rule._tag === "Pairing") yield* Effect.forEach(strangers, pairing.ask, { discard: true })
        passages.denied(account, strangers, rule._tag)
      })

    return {
      enter: (events) =>
        Effect.suspend(() => {
          let allowed: Array<Event> | undefined
          const strangers: Array<Event> = []
          for (const event of events) {
            if (admits(event)) allowed?.push(event)
            else {
              allowed ??= events.slice(0, events.indexOf(event))
              strangers.push(event)
            }
          }
          if (allowed === undefined) return Effect.asVoid(keep(events))
          return Effect.zipRight(allowed.length === 0 ? Effect.void : keep(allowed), turnAway(strangers))
        }),
      denial: (event) => (admits(event) ? undefined : rule._tag),
      obey: (next) =>
        Effect.suspend(() => {
          rule = next
          asks = gate(next, pairing.guests)
          if (told || next._tag !== "Closed") return Effect.void
          told = true
          return Effect.annotateLogs(Effect.logWarning(`it answers nobody: ${next.remedy}`), { account })
        }),
      rule: () => rule,
      pairing
    }
  })
