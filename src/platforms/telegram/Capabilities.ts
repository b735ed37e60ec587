import * as Duration from "effect/Duration"
import type * as Adapter from "../../adapter/Capabilities.ts"
import { placeOf } from "./Events/Place.ts"
import { grid } from "./Send/Keyboard.ts"

const person: Adapter.Pace = { burst: 3, every: Duration.seconds(1) }
// a burst and a minute at this pace are 20
const crowd: Adapter.Pace = { burst: 5, every: Duration.seconds(4) }

/**
 * What Telegram takes. `limits` are those after entities were made of the marks in a text. `pace`: 30 messages a second of a
 * bot, one a second to a person (short bursts are borne), 20 a minute to a group, whatever its topics. A change counts as a message.
 * Sources: https://core.telegram.org/bots/api#sendmessage, https://core.telegram.org/bots/api#sendphoto,
 * https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
export const capabilities: Adapter.Capabilities = {
  limits: { text: 4096, caption: 1024 },
  media: ["image", "video", "voice", "file"],
  buttons: grid,
  edits: true,
  growth: ({ kind }) => ({ every: (kind === "direct" ? person : crowd).every, paced: true }),
  pace: {
    // one after the other: a burst would come on top of the 30
    account: { burst: 1, every: Duration.micros(33_400n) },
    conversation: { direct: person, group: crowd, channel: crowd }
  },
  lane: ({ id }) => placeOf(id)?.chat ?? id,
  replyWindow: () => undefined,
  unasked: () => true,
  // nothing tells a second copy of a message from the first, but changing it twice changes it once
  deduplicates: ({ edits }) => edits !== undefined
}
