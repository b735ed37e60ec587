import type { AccessRule } from "../adapter/Platform.ts"
import type { Event } from "../domain/Event.ts"

/** Whether an account's rule lets this event through to a handler. Nothing set means nobody (F91). */
export const allows = (rule: AccessRule, event: Event): boolean => {
  switch (rule._tag) {
    case "Open":
      return true
    case "AllowList":
      return rule.people.includes(event.sender.id) || rule.conversations.includes(event.conversation.id)
    case "Closed":
      return false
  }
}
