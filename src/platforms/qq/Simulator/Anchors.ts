import * as Duration from "effect/Duration"
import type { QQSimulatorOptions } from "./Options.ts"
import { type Place, placeKey } from "./Place.ts"
import type { Refusal } from "./Refusals.ts"

interface Anchor {
  readonly place: string
  readonly event: string
  /** Unix milliseconds */
  readonly at: number
  readonly seqs: Set<number>
  replies: number
}

/** Where a passive message hangs on: a message or an event. */
export interface Hook {
  readonly kind: "message" | "event"
  readonly id: string
  readonly seq: number
}

const answerable: Readonly<Record<Place["kind"], RegExp>> = {
  c2c: /^(INTERACTION_CREATE|C2C_MSG_RECEIVE|FRIEND_ADD)$/,
  group: /^(INTERACTION_CREATE|GROUP_ADD_ROBOT|GROUP_MSG_RECEIVE|GROUP_MEMBER_ADD)$/,
  channel: /^(INTERACTION_CREATE|GUILD_MEMBER_|MESSAGE_REACTION_|FORUM_)/,
  dm: /^INTERACTION_CREATE$/
}

/** What one bot was told and may reply to, and the replies it has spent. */
export class Anchors {
  private readonly anchors = new Map<string, Anchor>()

  constructor(
    private readonly options: QQSimulatorOptions,
    private readonly now: () => number
  ) {}

  add(kind: Hook["kind"], id: string, place: Place, event: string): void {
    this.anchors.set(`${kind}:${id}`, { place: placeKey(place), event, at: this.now(), seqs: new Set(), replies: 0 })
  }

  /** Why a reply is refused, if it is. */
  refusal(hook: Hook, place: Place): Refusal | undefined {
    const anchor = this.find(hook)
    const isGuild = place.kind === "channel" || place.kind === "dm"
    const { replies, within } = this.options.replies[place.kind]
    if (anchor === undefined || anchor.place !== placeKey(place)) {
      return hook.kind === "message" ? "unknownMessage" : "unknownEvent"
    }
    if (this.now() - anchor.at > Duration.toMillis(within)) {
      if (hook.kind === "event") return "eventExpired"
      return isGuild ? "guildMessageExpired" : "messageExpired"
    }
    if (anchor.replies >= replies) return "repliesSpent"
    // Guilds have no msg_seq; clients that send one there are not punished for repeating it.
    if (!isGuild && anchor.seqs.has(hook.seq)) return "duplicate"
    return hook.kind === "event" && !answerable[place.kind].test(anchor.event) ? "unanswerable" : undefined
  }

  /** What hangs on it was taken, and its sequence number is spent; a typing notice is no reply. */
  spend(hook: Hook, isReply = true): void {
    const anchor = this.find(hook)
    anchor?.seqs.add(hook.seq)
    if (anchor !== undefined && isReply) anchor.replies += 1
  }

  private find({ id, kind }: Hook): Anchor | undefined {
    return this.anchors.get(`${kind}:${id}`)
  }
}
