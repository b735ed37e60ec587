import type { AccessRule } from "../adapter/Platform.ts"
import type { Event } from "../domain/Event.ts"

/** A conversation that is listed lets those in that lie in it: a chat lets in its topics. */
const lies = (inside: string) => (listed: string) => inside === listed || inside.startsWith(`${listed}/`)

/** Whether an account's rule lets this event through to a handler. Nothing set means nobody (F91). */
export const allows = (rule: AccessRule, event: Event): boolean => {
  switch (rule._tag) {
    case "Open":
      return true
    case "AllowList":
      return rule.people.includes(event.sender.id) || rule.conversations.some(lies(event.conversation.id))
    case "Closed":
      return false
  }
}
