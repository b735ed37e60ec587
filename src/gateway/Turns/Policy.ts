import * as Effect from "effect/Effect"
import type { Turns } from "../Turns.ts"
import { interrupting } from "./Interrupting.ts"
import { refusing } from "./Refusing.ts"

/** `queue`: what arrives waits for its turn, in order. */
export type Policy = "queue" | "interrupt" | "refuse"

/** What makes what each policy does; where everything just waits, there is nothing to do. */
export const policies: Readonly<
  Record<Policy, (parts: Parameters<typeof refusing>[0]) => Effect.Effect<Turns | undefined>>
> = {
  queue: () => Effect.succeed(undefined),
  interrupt: () => interrupting,
  refuse: refusing
}
