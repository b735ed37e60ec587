import type { Event } from "../domain/Event.ts"

/** What somebody says to the bot by an event: what they wrote, or what the button holds that they pressed; of any other, nothing. */
export const words = (event: Event): string => {
  switch (event._tag) {
    case "MessageReceived":
      return event.text
    case "ButtonPressed":
      return event.data
    default:
      return ""
  }
}
