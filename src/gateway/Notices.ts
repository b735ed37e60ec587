import * as Duration from "effect/Duration"
import type { Event } from "../domain/Event.ts"
import type { Subject } from "./Access/Guest.ts"

/** What the gateway itself says to people: to those whom no handler answers, and to those who are not let in yet. */
export interface Notices {
  /** the handler could not answer, and is not asked again */
  readonly failed: string
  /** part of an answer was said, and there will be no more of it */
  readonly cut: string
  /** a button was pressed so long ago that nothing comes of it any more */
  readonly expired: string
  /** they asked more than they may, and are heard again after `wait` */
  readonly limited: (wait: Duration.Duration) => string
  /** what answers is away, so that they have to wait */
  readonly waiting: string
  /** what they wrote came while an answer was on its way, and gets none */
  readonly busy: string
  /** a stranger, or a group of them, can be let in by an operator who is told this code */
  readonly pairing: (kind: Subject["kind"], code: string) => string
  /** they have been let in */
  readonly paired: (kind: Subject["kind"]) => string
}

/** A span of time, no shorter than it is, in one unit. */
const rough = (wait: Duration.Duration, units: readonly [second: string, minute: string, hour: string]): string => {
  const seconds = Math.max(1, Math.ceil(Duration.toSeconds(wait)))
  const [second, minute, hour] = units
  if (seconds <= 90) return `${seconds} ${second}`
  return seconds <= 5400 ? `${Math.ceil(seconds / 60)} ${minute}` : `${Math.ceil(seconds / 3600)} ${hour}`
}

/** The words at hand. */
export const words: Readonly<Record<"en" | "zh", Notices>> = {
  en: {
    failed: "Sorry, something went wrong here and this got no answer. Please try again later.",
    cut: "Sorry, this answer was cut off here. Please ask again.",
    expired: "Sorry, this button has expired and nothing was done. Please ask again.",
    limited: (wait) =>
      `Sorry, that is more than I may answer. Please ask again in ${rough(wait, ["s", "minutes", "hours"])}.`,
    waiting: "Sorry, what answers here cannot be reached now. I keep your message and answer it as soon as I can.",
    busy: "I am still busy with the message before, so this one gets no answer. Please send it again when I am done.",
    pairing: (kind, code) =>
      `I do not know ${kind === "person" ? "you" : "this group"} yet. Give this code to whoever runs this bot, to be let in: ${code} (good once, for 10 minutes)`,
    paired: (kind) =>
      `${kind === "person" ? "You have" : "This group has"} been let in. Please say again what you wanted.`
  },
  zh: {
    failed: "抱歉，出了点问题，这条消息没能得到回复。请稍后再试。",
    cut: "抱歉，回答到这里中断了。请重新提问。",
    expired: "抱歉，这个按钮已经过期，没有执行任何操作。请重新发起。",
    limited: (wait) => `抱歉，提问太频繁了。请在 ${rough(wait, ["秒", "分钟", "小时"])}后再试。`,
    waiting: "抱歉，暂时联系不上负责回答的程序。你的消息已经保留，恢复后会尽快回复。",
    busy: "我还在处理上一条消息，这条不会得到回复。请等我回复后再发一次。",
    pairing: (kind, code) =>
      `我还不认识${kind === "person" ? "你" : "这个群"}。请把配对码 ${code} 告诉机器人的管理员，通过后即可使用（10 分钟内有效，仅限一次）。`,
    paired: (kind) => `${kind === "person" ? "你" : "本群"}已通过配对，请重新发送你的消息。`
  }
}

/** Somebody waits for an answer: who spoke to the bot, or pressed its button. What it only overhears is nobody's question. */
export const isAsked = (event: Event): boolean =>
  event._tag === "ButtonPressed" || ("addressed" in event && event.addressed)

/** What is said of an event whose handler could not answer it, in its `own` words if it has any; undefined where nothing is. */
export const failed = (notices: Notices | undefined, event: Event, own?: string): string | undefined =>
  isAsked(event) && notices !== undefined ? (own ?? notices.failed) : undefined

/** What is said of an event that has to wait; undefined where nothing is. */
export const waiting = (notices: Notices | undefined, event: Event): string | undefined =>
  isAsked(event) ? notices?.waiting : undefined

/** What is said of an event whose turn came too late; undefined where nothing is. */
export const expired = (notices: Notices | undefined, event: Event): string | undefined =>
  event._tag === "ButtonPressed" ? notices?.expired : undefined
