import type { AccessRule, Rule } from "../adapter/AccessRule.ts"
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

const gateOf = (rule: Rule, guests: Guests): Gate => {
  if (rule._tag === "Open") return () => true
  if (rule._tag === "Closed") return () => false
  const listed: Guests = { people: new Set(rule.people), conversations: new Set(rule.conversations) }
  if (rule._tag === "AllowList") return (event) => has(listed, event)
  return (event) => has(listed, event) || has(guests, event)
}

/** What an account's rule says of each event, whatever its kind. Nothing set lets nobody in (F91); pairing lets in `guests` too. */
export const gate = (access: AccessRule, guests: Guests = nobody): Gate => {
  if (access._tag !== "Apart") return gateOf(access, guests)
  const [direct, groups] = [gateOf(access.direct, guests), gateOf(access.groups, guests)]
  return (event) => (event.conversation.kind === "direct" ? direct : groups)(event)
}
