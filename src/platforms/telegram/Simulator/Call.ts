import type * as Effect from "effect/Effect"
import type { NoAnswer } from "../../../adapter/Simulator.ts"
import type { Refused } from "./Answers.ts"
import type { Arguments } from "./Arguments.ts"
import type { Bot } from "./Bot.ts"
import type { World } from "./World.ts"

/** One call of a method by a bot. */
export interface Call {
  readonly bot: Bot
  /** in lower case */
  readonly method: string
  readonly args: Arguments
}

/** Carries a call out; what it gives is the body of the answer. */
export type Method = (world: World, call: Call) => Effect.Effect<string, Refused | NoAnswer>
