import * as Either from "effect/Either"
import type { AccessRule, Own, Rule } from "../adapter/AccessRule.ts"
import type { Event } from "../domain/Event.ts"

/** Whom an operator has let in, beside those that a rule lists; it may change while it is looked at. */
export interface Guests {
  readonly people: ReadonlySet<string>
  readonly conversations: ReadonlySet<string>
}

/** Whether an event is let in. */
export type Gate = (event: Event) => boolean

const nobody: Guests = { people: new Set(), conversations: new Set() }

/** A conversation that is listed lets those in that lie in it: a chat lets in its topics. */
const lies = (inside: string, listed: ReadonlySet<string>): boolean => {
  for (let end = inside.length; end > 0; end = inside.lastIndexOf("/", end - 1))
    if (listed.has(inside.slice(0, end))) return true
  return false
}

/** Who is told of by no id is nobody who could be listed. */
const has = ({ conversations, people }: Guests, { conversation, sender }: Event): boolean =>
  (sender.id !== "" && people.has(sender.id)) || lies(conversation.id, conversations)

/** Hears what a rule of the application's own threw. */
export type Broke = (error: unknown) => void

const judged =
  ({ admits }: Own, broke: Broke): Gate =>
  (event) =>
    Either.getOrElse(
      Either.try(() => admits(event)),
      (error) => {
        broke(error)
        return false
      }
    )

const gateOf = (rule: Rule, guests: Guests, broke: Broke): Gate => {
  if (rule._tag === "Open") return () => true
  if (rule._tag === "Closed") return () => false
  if (rule._tag === "Own") return judged(rule, broke)
  const listed: Guests = { people: new Set(rule.people), conversations: new Set(rule.conversations) }
  if (rule._tag === "AllowList") return (event) => has(listed, event)
  return (event) => has(listed, event) || has(guests, event)
}

/** What an account's rule says of each event, whatever its kind. Nothing set lets nobody in (F91); pairing lets in `guests` too. */
export const gate = (access: AccessRule, guests: Guests = nobody, broke: Broke = () => undefined): Gate => {
  if (access._tag !== "Apart") return gateOf(access, guests, broke)
  const [direct, groups] = [gateOf(access.direct, guests, broke), gateOf(access.groups, guests, broke)]
  return (event) => (event.conversation.kind === "direct" ? direct : groups)(event)
}
