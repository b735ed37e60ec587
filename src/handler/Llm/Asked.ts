import * as Prompt from "@effect/ai/Prompt"
import { type Conversation, conversationKey } from "../../domain/Address.ts"
import type { Attachment, ButtonPressed, Event, MessageReceived } from "../../domain/Event.ts"
import type { Turn } from "../Memory.ts"
import * as Tokens from "./Tokens.ts"

/** An event that a model can be asked about. */
export type Question = MessageReceived | ButtonPressed

/** Whether what is said in a group is one conversation, or one with each person. */
export type Groups = "together" | "apart"

/** Something that a person said to the bot, or said within its hearing where it `overhears`; undefined for all else. */
export const question = (event: Event, overhears: boolean): Question | undefined => {
  if (event._tag === "ButtonPressed") return event
  if (event._tag !== "MessageReceived") return undefined
  const isSomething = event.text.trim() !== "" || event.attachments.length > 0
  return isSomething && (event.addressed || overhears) ? event : undefined
}

const isDirect = ({ kind }: Conversation): boolean => kind === "direct"

/** Under which what is said there is remembered. */
export const keyOf = ({ conversation, sender }: Question, groups: Groups): string =>
  isDirect(conversation) || groups === "together"
    ? conversationKey(conversation)
    : `${conversationKey(conversation)} ${sender.id}`

/** A person asks the bot to forget what was said so far. */
export const forgets = (event: Question): boolean =>
  event._tag === "MessageReceived" && /^\/new(@\S+)?$/i.test(event.text.trim())

const kinds: Readonly<Record<Attachment["kind"], string>> = {
  image: "a picture",
  video: "a video",
  voice: "a voice message",
  file: "a file"
}

const told = ({ kind, name, transcript }: Attachment): string =>
  transcript === undefined
    ? `[${kinds[kind]}${name === undefined ? "" : `: ${name}`}]`
    : `[${kinds[kind]}: ${transcript}]`

const written = (event: Question): string => {
  if (event._tag === "ButtonPressed") return event.data
  const cited = event.quote === undefined ? [] : [`> ${event.quote.text.replaceAll("\n", "\n> ")}`]
  return [...cited, event.text, ...event.attachments.map(told)].filter((line) => line !== "").join("\n")
}

/** What a person asked, in words, with their name where a model hears several people. */
export const wordsOf = (event: Question, groups: Groups): string => {
  const isOneOfMany = !isDirect(event.conversation) && groups === "together"
  return isOneOfMany ? `${event.sender.name ?? event.sender.id}: ${written(event)}` : written(event)
}

const text = (said: string) => Prompt.makePart("text", { text: said })

/** What a model is asked: who it is to be, what was said so far as far as it fits into `budget` tokens, and the question. */
export const prompt = (options: {
  readonly system: string | undefined
  readonly turns: ReadonlyArray<Turn>
  readonly asked: string
  readonly pictures: ReadonlyArray<Prompt.UserMessagePart>
}): Prompt.Prompt =>
  Prompt.fromMessages([
    ...(options.system === undefined ? [] : [Prompt.makeMessage("system", { content: options.system })]),
    ...options.turns.flatMap(({ answered, asked }) => [
      Prompt.makeMessage("user", { content: [text(asked)] }),
      Prompt.makeMessage("assistant", { content: [text(answered)] })
    ]),
    Prompt.makeMessage("user", { content: [text(options.asked), ...options.pictures] })
  ])

/** The turns before an event of which there is room for within `budget` tokens, beside what is said anyway. */
export const remembered = (
  turns: ReadonlyArray<Turn>,
  event: Event,
  budget: number,
  ...anyway: ReadonlyArray<string>
): ReadonlyArray<Turn> =>
  Tokens.fitting(
    // one that is there already is of an earlier try at the same event
    turns.filter((turn) => turn.event !== event.id),
    anyway.reduce((left, said) => left - Tokens.estimate(said), budget),
    ({ answered, asked }) => Tokens.estimate(asked) + Tokens.estimate(answered)
  )
