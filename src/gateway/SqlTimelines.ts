import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { KeptTimelines } from "../delivery/SqlTimeline.ts"
import { make, Timeline } from "./Timeline.ts"

/** Timelines that are kept in the store of the accounts. One that is away holds nothing up: it is told what it missed. */
export const layer: Layer.Layer<Timeline, never, KeptTimelines> = Layer.effect(
  Timeline,
  Effect.flatMap(KeptTimelines, make)
)
