import type * as Platform from "../../adapter/Platform.ts"
import { placeOf } from "./Events/Place.ts"

/** A chat, or one topic of it. The number of a person is positive; a channel's looks like a group's, and has the same pace. */
export const places: Platform.Places = {
  kindOf: (id) => {
    const chat = placeOf(id)?.chat
    if (chat === undefined || Number(chat) === 0) return undefined
    return Number(chat) > 0 ? "direct" : "group"
  },
  written: "chat:ID or chat:ID/TOPIC"
}
