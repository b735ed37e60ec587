import type { Event } from "../domain/Event.ts"

/** What the gateway itself says to a person whom no handler answers. */
export interface Notices {
  /** the handler could not answer, and is not asked again */
  readonly failed: string
  /** a button was pressed so long ago that nothing comes of it any more */
  readonly expired: string
}

/** The words at hand. */
export const words: Readonly<Record<"en" | "zh", Notices>> = {
  en: {
    failed: "Sorry, something went wrong here and this got no answer. Please try again later.",
    expired: "Sorry, this button has expired and nothing was done. Please ask again."
  },
  zh: {
    failed: "抱歉，出了点问题，这条消息没能得到回复。请稍后再试。",
    expired: "抱歉，这个按钮已经过期，没有执行任何操作。请重新发起。"
  }
}

/** Somebody waits for an answer: who spoke to the bot, or pressed its button. What it only overhears is nobody's question. */
const isAsked = (event: Event): boolean => event._tag === "ButtonPressed" || ("addressed" in event && event.addressed)

/** What is said of an event whose handler could not answer it; undefined where nothing is. */
export const failed = (notices: Notices | undefined, event: Event): string | undefined =>
  isAsked(event) ? notices?.failed : undefined

/** What is said of an event whose turn came too late; undefined where nothing is. */
export const expired = (notices: Notices | undefined, event: Event): string | undefined =>
  event._tag === "ButtonPressed" ? notices?.expired : undefined
