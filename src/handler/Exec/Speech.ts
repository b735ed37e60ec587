import * as Either from "effect/Either"
import type { Event } from "../../domain/Event.ts"
import type { Content } from "../../domain/Message.ts"
import { HandlerFailed, type Reply } from "../Handler.ts"
import * as Wire from "../Wire.ts"
import { words } from "../Words.ts"
import { Lines } from "./Lines.ts"
import * as Said from "./Said.ts"

/** What is made of the output of a program that runs for one event: replies, or why it cannot be understood. */
export interface Hearing {
  readonly hear: (bytes: Uint8Array) => HandlerFailed | undefined
  /** The program has ended well, and has nothing more to say. */
  readonly end: () => HandlerFailed | undefined
}

/** How a program that runs for one event is spoken with. */
export interface Speech {
  /** What it reads; undefined where there is nothing to ask it. */
  readonly ask: (event: Event, attempt: number) => string | undefined
  readonly hear: (say: (reply: Reply) => void) => Hearing
}

/** In goes what somebody wrote; what comes out is said when the program has ended well, unless it is blank. */
export const text = (format: Content["format"]): Speech => ({
  ask: (event) => {
    const said = words(event)
    return said.trim() === "" ? undefined : said
  },
  hear: (say) => {
    const decoder = new TextDecoder()
    let heard = ""
    return {
      hear: (bytes) => {
        heard += decoder.decode(bytes, { stream: true })
        return undefined
      },
      end: () => {
        const text = `${heard}${decoder.decode()}`.trimEnd()
        if (text.trim() !== "") say({ text, format })
        return undefined
      }
    }
  }
})

/** In goes the event as one line of JSON; each line that comes out is a reply, or a piece of one, and is said at once. */
export const json: Speech = {
  ask: (event, attempt) => `${Wire.told(event, attempt)}\n`,
  hear: (say) => {
    const lines = new Lines()
    let count = 0
    const line = (text: string): HandlerFailed | undefined => {
      count++
      if (text.trim() === "") return undefined
      const answer = Either.flatMap(Wire.json(text), Said.read)
      if (Either.isLeft(answer)) {
        const cause = `line ${count} of what it answers is not understood: ${answer.left}`
        return new HandlerFailed({ cause, retryable: false })
      }
      if (answer.right instanceof HandlerFailed) return answer.right
      if (answer.right !== undefined) say(answer.right)
      return undefined
    }
    const all = (texts: ReadonlyArray<string>) => {
      for (const text of texts) {
        const failure = line(text)
        if (failure !== undefined) return failure
      }
      return undefined
    }
    return { hear: (bytes) => all(lines.push(bytes)), end: () => all(lines.end()) }
  }
}
