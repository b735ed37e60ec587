import * as Arrays from "effect/Array"
import * as Effect from "effect/Effect"
import { type AccessRule, closures, type Rule, ruleIn } from "../../adapter/AccessRule.ts"
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
  readonly denial: (event: Event) => Rule["_tag"] | undefined
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
    let broken: { readonly by: unknown; told: boolean } | undefined
    const gateOf = (rule: AccessRule) =>
      gate(rule, pairing.guests, (by) => {
        broken ??= { by, told: false }
      })
    let asks = gateOf(first)
    let told = false

    const tagIn = ({ conversation }: Event) => ruleIn(rule, conversation.kind)._tag

    /** A group that was given another id is the group that it was. */
    const admits = (event: Event): boolean => {
      if (asks(event)) return true
      const { conversation } = event
      const before = formerly(conversation.id)
      return before !== undefined && asks({ ...event, conversation: { ...conversation, id: before } })
    }

    /** Said once of a rule: it may throw at everything. */
    const confess = Effect.suspend(() => {
      if (broken === undefined || broken.told) return Effect.void
      broken.told = true
      const words = "the application's own access rule threw, and where it throws it lets nobody in"
      return Effect.annotateLogs(Effect.logError(words, broken.by), { account })
    })

    const turnAway = (strangers: ReadonlyArray<Event>) =>
      Effect.gen(function* () {
        yield* confess
        const asking = strangers.filter((event) => tagIn(event) === "Pairing")
        yield* Effect.forEach(asking, pairing.ask, { discard: true })
        for (const [tag, events] of Object.entries(Arrays.groupBy(strangers, tagIn)))
          passages.denied(account, events, tag)
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
      denial: (event) => (admits(event) ? undefined : tagIn(event)),
      obey: (next) =>
        Effect.suspend(() => {
          rule = next
          broken = undefined
          asks = gateOf(next)
          const closed = told ? [] : closures(next)
          told ||= closed.length > 0
          const warn = Effect.forEach(closed, (closure) => Effect.logWarning(closure), { discard: true })
          return Effect.annotateLogs(warn, { account })
        }),
      rule: () => rule,
      pairing
    }
  })
