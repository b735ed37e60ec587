import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AccountId } from "../domain/Address.ts"
import type { Line, Simulation } from "./Api/Simulated.ts"

/** One simulated platform, as the person at its other end has to do with it. */
export interface Simulated extends Simulation {
  readonly say: (text: string) => Effect.Effect<void>
  /** Does what a line such as `/cut` asks for, and says what was done or what was not understood. */
  readonly fault: (line: string) => Effect.Effect<string>
  /** What was said of late, the oldest first. */
  readonly said: Effect.Effect<ReadonlyArray<Line>>
}

/** The platforms that are simulated in this process, by account; none, unless somebody says so. */
export class Simulations extends Context.Reference<Simulations>()("holdfast/http/Simulations", {
  defaultValue: (): ReadonlyMap<AccountId, Simulated> => new Map()
}) {}
