import * as Effect from "effect/Effect"
import type { Event } from "../../domain/Event.ts"
import type { Policy } from "../../handler/Handler.ts"
import { inboxId, type Turns, type Whole } from "../Turns.ts"
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
    /** It may have been told of as newly arrived only since its turn came, and so may what is part of it: nothing waits for that. */
    const passed = ({ parts = [], ...work }: Whole) => {
      const all = [work, ...parts.map((value) => ({ ...work, id: inboxId(value), value }))]
      return Effect.forEach(all, interrupt.comes, { discard: true })
    }
    const during: Readonly<Record<Policy, Turns["during"]>> = {
      queue: (work, run) => Effect.ensuring(run, passed(work)),
      interrupt: interrupt.during,
      refuse: (work, run) => refuse.during(work, Effect.ensuring(run, passed(work)))
    }
    return {
      arrived: (events, offered) =>
        Effect.zipRight(interrupt.arrived(events, offered), refuse.arrived(events, offered)),
      comes: (work) => Effect.zipRight(interrupt.comes(work), refuse.comes(work)),
      during: (work, run) => Effect.suspend(() => during[of(work.value)](work, run))
    }
  })
