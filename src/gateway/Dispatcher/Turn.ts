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
  /** what people see grow, in as many messages as it has taken so far */
  readonly growing: Array<Growing>
  /** characters, beyond which it is looked at whether it takes one more */
  room: number
}

const nothing: Content = { text: "…", format: "plain" }

/** An answer that is longer goes on growing in so many messages at most, and is said whole in the end. */
const most = 4

/** The replies of one event while its handler runs: numbered, split, and kept either early or together with the end. */
export class Turn {
  readonly unkept: Array<Item<Message>> = []
  /** its end settles, or has settled, what is unkept */
  over = false
  /** its handler failed, and runs again: nobody sees anything more of it begin */
  left = false
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
    return this.#open !== undefined && this.#open.growing.length > 0
  }

  say(reply: Reply): void {
    if (isPiece(reply)) return this.#grow(reply)
    this.close()
    if (!isNothing(reply)) this.#number(reply)
  }

  /** What has grown is as it is. */
  close(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    for (const growing of open.growing) growing.end()
    if (open.text.trim() !== "") this.#number(open, open.every === undefined ? undefined : open.growing.length)
  }

  /** It will not be seen to grow any more; another run may say it anew. */
  leave(): void {
    for (const growing of this.#open?.growing ?? []) growing.end()
  }

  /** What there is of a reply that people can see growing is to be kept too; the draft of it is to be shown anew as it grows. */
  draft(): Growing | undefined {
    const open = this.#due
    if (open?.every === undefined) return undefined
    const index = open.growing.length
    const content = this.#shown(open, index)
    open.room = Math.max(open.text.length, (index + 1) * this.capabilities.limits.text)
    if (content === undefined) return undefined
    const ordinal = this.ordinal + index
    const message: Message = {
      ...replyMessage(this.event, ordinal, content),
      id: draftId(this.event, ordinal),
      grows: true
    }
    this.unkept.push(itemOf(message))
    const growing = new Growing(
      message,
      answerId(this.event, ordinal),
      open.every,
      () => this.#shown(open, index) ?? message.content
    )
    open.growing.push(growing)
    return growing
  }

  /** What could be seen growing, and is not yet: only where what was shown can be changed does it go on in another message. */
  get #due(): Open | undefined {
    const open = this.#open
    if (open?.every === undefined || open.text.length <= open.room) return undefined
    const isMore = this.capabilities.edits ? open.growing.length < most : open.growing.length === 0
    return isMore && open.text.trim() !== "" ? open : undefined
  }

  #grow({ format, piece }: Piece): void {
    const { capabilities, event } = this
    this.#open ??= { format, text: "", every: capabilities.growth(event.conversation)?.every, growing: [], room: 0 }
    this.#open.text += piece
    for (const growing of this.#open.growing) growing.grow()
  }

  /** While it grows, people see as much of it as so many messages hold. */
  #shown({ format, growing, text }: Open, index: number): Content | undefined {
    const beginning: Content = {
      format,
      text: text.slice(0, (Math.max(growing.length, index + 1) + 1) * this.capabilities.limits.text)
    }
    const all = parts(beginning, this.capabilities)
    return index === 0 ? (all[0] ?? beginning) : all[index]
  }

  /** `drafts`: it takes the place of what was shown of it, in so many messages in this run, or in one before. */
  #number(content: Content, drafts?: number): void {
    const all = parts(content, this.capabilities)
    // what was parted otherwise before it was whole has nothing more to say in the last of its messages
    const count = Math.max(all.length, drafts ?? 0)
    for (let index = 0; index < count; index++) {
      const message = replyMessage(this.event, this.ordinal, all[index] ?? nothing)
      const grown = drafts !== undefined && (index === 0 || this.capabilities.edits)
      this.unkept.push(itemOf(grown ? { ...message, replaces: draftId(this.event, this.ordinal) } : message))
      this.ordinal += 1
    }
  }
}
