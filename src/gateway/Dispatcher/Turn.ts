import type * as Duration from "effect/Duration"
import type { Capabilities } from "../../adapter/Capabilities.ts"
import type { Item } from "../../delivery/KeyedQueue.ts"
import type { Event } from "../../domain/Event.ts"
import { answerId, type Content, draftId, type Message, replyMessage } from "../../domain/Message.ts"
import { isNothing, parts } from "../../domain/Parts.ts"
import { isPiece, type Piece, type Reply } from "../../handler/Handler.ts"
import { itemOf } from "../Outgoing.ts"
import { Growing } from "../Sender/Growing.ts"

/** A reply that grows, as far as it has. */
interface Open {
  readonly format: Content["format"]
  text: string
  /** how often it can be shown anew; undefined: it is said once it is whole */
  readonly every: Duration.Duration | undefined
  /** people see it grow */
  growing: Growing | undefined
}

/** The replies of one event while its handler runs: numbered, split, and kept either early or together with the end. */
export class Turn {
  readonly unkept: Array<Item<Message>> = []
  /** its end settles, or has settled, what is unkept */
  over = false
  /** how many parts have been said */
  ordinal = 0
  #open: Open | undefined
  constructor(
    /** the event's name in the inbox */
    readonly id: string,
    readonly event: Event,
    readonly capabilities: Capabilities
  ) {}

  /** something has been said, if only in part */
  get begun(): boolean {
    return this.ordinal > 0 || this.#open !== undefined
  }

  /** it has said as much as another run of its handler, or more */
  isAsFarAs(other: Turn): boolean {
    return this.ordinal === other.ordinal
      ? (this.#open?.text.length ?? 0) >= (other.#open?.text.length ?? 0)
      : this.ordinal > other.ordinal
  }

  /** people see nothing of an answer yet */
  get isSilent(): boolean {
    return this.ordinal === 0 && !this.isShown
  }

  /** something of it is to be kept, or a draft of it is to be shown */
  get isUnkept(): boolean {
    return this.unkept.length > 0 || this.#due !== undefined
  }

  /** people see part of a reply that is not whole yet */
  get isShown(): boolean {
    return this.#open?.growing !== undefined
  }

  say(reply: Reply): void {
    if (isPiece(reply)) return this.#grow(reply)
    this.close()
    if (!isNothing(reply)) this.#number(reply, false)
  }

  /** What has grown is as it is. */
  close(): void {
    const open = this.#open
    this.#open = undefined
    open?.growing?.end()
    if (open !== undefined && open.text.trim() !== "") this.#number(open, open.every !== undefined)
  }

  /** It will not be seen to grow any more; another run may say it anew. */
  leave(): void {
    this.#open?.growing?.end()
  }

  /** What there is of a reply that people can see growing is to be kept too; the draft of it is to be shown anew as it grows. */
  draft(): Growing | undefined {
    const open = this.#due
    if (open?.every === undefined) return undefined
    const id = draftId(this.event, this.ordinal)
    const message: Message = { ...replyMessage(this.event, this.ordinal, this.#shown(open)), id, grows: true }
    this.unkept.push(itemOf(message))
    open.growing = new Growing(message, answerId(this.event, this.ordinal), open.every, () => this.#shown(open))
    return open.growing
  }

  /** What could be seen growing, and is not yet. */
  get #due(): Open | undefined {
    const open = this.#open
    return open?.every === undefined || open.growing !== undefined || open.text.trim() === "" ? undefined : open
  }

  #grow({ format, piece }: Piece): void {
    const { capabilities, event } = this
    this.#open ??= { format, text: "", every: capabilities.growth(event.conversation)?.every, growing: undefined }
    this.#open.text += piece
    this.#open.growing?.grow()
  }

  /** While it grows, people see as much of it as one message holds. */
  #shown({ format, text }: Open): Content {
    const beginning: Content = { format, text: text.slice(0, 2 * this.capabilities.limits.text) }
    return parts(beginning, this.capabilities)[0] ?? beginning
  }

  /** `grown`: it takes the place of what was shown of it, in this run or in one before. */
  #number(content: Content, grown: boolean): void {
    for (const [index, part] of parts(content, this.capabilities).entries()) {
      const message = replyMessage(this.event, this.ordinal, part)
      const replaces = draftId(this.event, this.ordinal)
      this.unkept.push(itemOf(grown && index === 0 ? { ...message, replaces } : message))
      this.ordinal += 1
    }
  }
}
