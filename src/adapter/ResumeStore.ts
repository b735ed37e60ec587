import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/**
 * Where an account goes on after a lost line: an opaque text per key, written by the platform that reads it. It moves only
 * when what came before it has been kept.
 */
export class ResumeStore extends Context.Tag("holdfast/ResumeStore")<
  ResumeStore,
  {
    readonly get: (key: string) => Effect.Effect<Option.Option<string>>
    readonly set: (key: string, point: string) => Effect.Effect<void>
    readonly clear: (key: string) => Effect.Effect<void>
  }
>() {
  /** Forgets with the process. */
  static readonly layerMemory: Layer.Layer<ResumeStore> = Layer.sync(ResumeStore, () => {
    const points = new Map<string, string>()
    return {
      get: (key) => Effect.sync(() => Option.fromNullable(points.get(key))),
      set: (key, point) => Effect.sync(() => void points.set(key, point)),
      clear: (key) => Effect.sync(() => void points.delete(key))
    }
  })
}
