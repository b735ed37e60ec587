import * as Duration from "effect/Duration"
import type { Conversation, ConversationKind } from "../domain/Address.ts"
import type { Grid } from "../domain/Buttons.ts"
import type { MediaKind } from "../domain/Event.ts"
import { firstNotice, type Message } from "../domain/Message.ts"

/** How often something may be done: `burst` at once, and then one more every `every`. */
export interface Pace {
  readonly burst: number
  readonly every: Duration.Duration
}

/** For how long after an event, and how many times, it can be replied to. */
export interface ReplyWindow {
  readonly within: Duration.Duration
  readonly replies: number
}

/** Whether a window takes an answer of this ordinal. A notice is tried: how many answers came before it, only the platform knows. */
export const allows = ({ replies }: ReplyWindow, ordinal: number): boolean =>
  ordinal < replies || ordinal >= firstNotice

/** The longest texts that one message holds; what is longer is split when it is numbered. UTF-16 units. */
export interface Limits {
  readonly text: number
  /** of a text beside something to show */
  readonly caption: number
}

/** How a message that grows can be shown anew. */
export interface Growth {
  /** how often */
  readonly every: Duration.Duration
  /** each time counts as a message in the pace */
  readonly paced: boolean
}

/** What a live account can do, as data. */
export interface Capabilities {
  readonly limits: Limits
  /** what can be shown beside a text; anything else is told by its address */
  readonly media: ReadonlyArray<MediaKind>
  /** how many buttons can stand below a text; where there are more, or none can, their labels are told */
  readonly buttons: Grid | false
  /** a message can take the place of one that was sent before */
  readonly edits: boolean
  /** how a message that grows can be shown anew where it is said; undefined: it is said once it is whole */
  readonly growth: (conversation: Conversation) => Growth | undefined
  /** messages that may be sent to all conversations together, and to one of each kind */
  readonly pace: { readonly account: Pace; readonly conversation: Readonly<Record<ConversationKind, Pace>> }
  /** what the pace to one conversation counts: those of one lane share it, as the topics of a group do */
  readonly lane: (conversation: Conversation) => string
  /** no entry: replies to this kind of conversation never expire */
  readonly replyWindow: (message: Message) => ReplyWindow | undefined
  /** a message whose reply window has passed can be sent without being asked */
  readonly unasked: (kind: ConversationKind) => boolean
  /** sending the same message twice shows it once, so an uncertain send may be repeated */
  readonly deduplicates: (message: Message) => boolean
}

const unhurried: Pace = { burst: 1, every: Duration.zero }

/** What a platform can do that shows text, 4000 units of it at a time, and nothing else: others say how they differ. */
export const textOnly: Capabilities = {
  limits: { text: 4000, caption: 4000 },
  media: [],
  buttons: false,
  edits: false,
  growth: () => undefined,
  pace: { account: unhurried, conversation: { direct: unhurried, group: unhurried, channel: unhurried } },
  lane: ({ id }) => id,
  replyWindow: () => undefined,
  unasked: () => true,
  deduplicates: () => false
}
