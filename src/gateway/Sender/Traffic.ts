import type { Capabilities } from "../../adapter/Capabilities.ts"
import type { Conversation } from "../../domain/Address.ts"
import * as Pace from "../Pace.ts"
import * as Crowd from "./Crowd.ts"

/** Which message may go when, within what each platform takes. Milliseconds of a clock that nobody sets. */
export interface Traffic {
  /** Lets the message of this name go now, or answers when to ask again. */
  readonly take: (who: string, to: Conversation, capabilities: Capabilities, now: number) => number | undefined
  /** Whether what grows may be shown anew now: where that counts, only while nobody waits. */
  readonly spare: (to: Conversation, capabilities: Capabilities, now: number) => boolean
  /** The platform takes nothing more there before `until`; where it says so in many places, nor anywhere of this account. */
  readonly turnedAway: (to: Conversation, capabilities: Capabilities, until: number, now: number) => void
}

const accountLane = ({ account }: Conversation, { pace }: Capabilities): Pace.Lane => [account, pace.account]

const ownLane = (to: Conversation, { lane, pace }: Capabilities): Pace.Lane => [
  `${to.account}/${lane(to)}`,
  pace.conversation[to.kind]
]

export const make = (): Traffic => {
  const pace = Pace.make()
  const crowd = Crowd.make()
  return {
    take: (who, to, capabilities, now) => pace.take(who, accountLane(to, capabilities), ownLane(to, capabilities), now),
    spare: (to, capabilities, now) =>
      capabilities.growth(to)?.paced === false ||
      pace.spare(accountLane(to, capabilities), ownLane(to, capabilities), now),
    turnedAway: (to, capabilities, until, now) => {
      const lane = ownLane(to, capabilities)
      pace.close(lane, until)
      const all = crowd.note(to.account, lane[0], until, now)
      if (all !== undefined) pace.close(accountLane(to, capabilities), all)
    }
  }
}
