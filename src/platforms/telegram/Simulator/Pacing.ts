import * as Duration from "effect/Duration"
import type { Chat } from "./Chats.ts"
import type { Pace, TelegramSimulatorOptions } from "./Options.ts"

/** How often one bot has sent what, and whether it may again. */
export class Pacing {
  private readonly sent = new Map<string, Array<number>>()

  constructor(
    private readonly options: TelegramSimulatorOptions,
    private readonly now: () => number
  ) {}

  /** For how many whole seconds the bot has to wait before it sends here; 0 lets it send, and counts that. */
  wait(chat: Chat): number {
    const { pace } = this.options
    const lanes: ReadonlyArray<readonly [string, Pace | undefined]> = [
      ["bot", pace.bot],
      [String(chat.id), chat.type === "private" ? pace.chat : pace.group]
    ]
    const wait = Math.max(...lanes.map(([lane, limit]) => this.left(lane, limit)))
    if (wait > 0) return Math.ceil(wait / 1000)
    for (const [lane, limit] of lanes) {
      if (limit !== undefined) this.sent.set(lane, [...(this.sent.get(lane) ?? []).slice(-limit.sends), this.now()])
    }
    return 0
  }

  private left(lane: string, limit: Pace | undefined): number {
    if (limit === undefined) return 0
    const oldest = (this.sent.get(lane) ?? []).at(-limit.sends)
    return oldest === undefined ? 0 : Math.max(0, oldest + Duration.toMillis(limit.per) - this.now())
  }
}
