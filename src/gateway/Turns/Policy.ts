import * as Effect from "effect/Effect"
import type { Event } from "../../domain/Event.ts"
import type { Policy } from "../../handler/Handler.ts"
import type { Turns } from "../Turns.ts"
import { interrupting } from "./Interrupting.ts"
import { refusing } from "./Refusing.ts"

type Parts = Parameters<typeof refusing>[0]

/** What makes what each policy does; where everything just waits, there is nothing to do. */
export const policies: Readonly<Record<Policy, (parts: Parts) => Effect.Effect<Turns | undefined>>> = {
  queue: () => Effect.succeed(undefined),
  interrupt: () => interrupting,
  refuse: refusing
}

/** Each turn has the policy of its own event: that says what becomes of what is said while it runs. */
export const chosen = (of: (event: Event) => Policy, parts: Parts): Effect.Effect<Turns> =>
  Effect.map(Effect.all([interrupting, refusing(parts)]), ([interrupt, refuse]) => {
    const during: Readonly<Record<Policy, Turns["during"]>> = {
      queue: (_, run) => run,
      interrupt: interrupt.during,
      refuse: refuse.during
    }
    return {
      arrived: (events, offered) =>
        Effect.zipRight(interrupt.arrived(events, offered), refuse.arrived(events, offered)),
      comes: (work) => Effect.zipRight(interrupt.comes(work), refuse.comes(work)),
      during: (work, run) => Effect.suspend(() => during[of(work.value)](work, run))
    }
  })
