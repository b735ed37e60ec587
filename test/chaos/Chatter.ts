import { PCGRandom } from "effect/Utils"
import type { Bot, Platform } from "./Platform.ts"

/** What a person says, or presses, next, and how long they all are silent after it, in milliseconds. */
export interface Line {
  readonly platform: Platform
  readonly bot: Bot
  readonly conversation: string
  readonly text: string
  /** it is the button with this data that is pressed, instead of a message with this text that is written */
  readonly pressed: boolean
  readonly pause: number
}

/** How long people on one platform are silent on average between two things that they say, in milliseconds: its bots keep pace. */
const silence = 66

/** Of so many things, one is a button that is pressed. */
const presses = 8

/** One of them, drawn evenly. */
export const pick = <A>(random: PCGRandom, from: ReadonlyArray<A>): A => {
  const drawn = from[random.integer(from.length)]
  if (drawn === undefined) throw new Error("there is nothing to draw from")
  return drawn
}

/**
 * What people say on all platforms, by a seed, without end: now here, now there, one thing or up to three in a breath, and
 * each thing under a number of its own.
 */
export function* chatter(seed: number, platforms: ReadonlyArray<Platform>): Generator<Line, never> {
  const random = new PCGRandom(seed)
  for (let said = 0; ;) {
    const platform = pick(random, platforms)
    const bot = pick(random, platform.bots)
    const conversation = pick(random, bot.conversations)
    const breath = 1 + random.integer(3)
    for (let left = breath; left > 0; left--) {
      const pause = left > 1 ? 0 : (breath * silence * 2 * random.number()) / platforms.length
      yield { platform, bot, conversation, text: `m${said++}`, pressed: random.integer(presses) === 0, pause }
    }
  }
}
