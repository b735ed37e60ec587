import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * Where an account goes on after a lost line, and the little else that it must know again: an opaque text per key, written by
 * who reads it. It moves only when what came before it has been kept.
 */
export class ResumeStore extends Context.Tag("holdfast/ResumeStore")<
  ResumeStore,
  {
    readonly get: (key: string) => Effect.Effect<Option.Option<string>>
    readonly set: (key: string, point: string) => Effect.Effect<void>
    readonly clear: (key: string) => Effect.Effect<void>
    /**
     * Returns when a crash cannot take what was set before, or false where that cannot be had now. Who only stores where to
     * go on need not ask: an older point is a replay.
     */
    readonly written: Effect.Effect<boolean>
  }
>() {
  /** Forgets with the process. */
  static readonly layerMemory: Layer.Layer<ResumeStore> = Layer.sync(ResumeStore, () => {
    const points = new Map<string, string>()
    return {
      get: (key) => Effect.sync(() => Option.fromNullable(points.get(key))),
      set: (key, point) => Effect.sync(() => void points.set(key, point)),
      clear: (key) => Effect.sync(() => void points.delete(key)),
      // what it forgets with the process, everything else does too
      written: Effect.succeed(true)
    }
  })
}

/** Where one account's line can be continued, or what of it must not be lost. */
export interface Points<A> {
  /** None too when what is stored cannot be read: beginning afresh is always right. */
  readonly load: Effect.Effect<Option.Option<A>>
  readonly save: (point: A) => Effect.Effect<void>
  readonly clear: Effect.Effect<void>
  /** As in the `ResumeStore`. */
  readonly written: Effect.Effect<boolean>
}

/**
 * What stands under a key, which begins with an account's id, written as `schema` says. To be made once for a schema: what reads
 * and writes by it weighs more than all else that an idle account has of it.
 */
export const points = <A, I>(
  schema: Schema.Schema<A, I>
): ((key: string) => Effect.Effect<Points<A>, never, ResumeStore>) => {
  const text = Schema.parseJson(schema)
  const decode = Schema.decodeOption(text)
  const encode = Schema.encodeSync(text)
  return (key) =>
    Effect.map(ResumeStore, (store) => ({
      load: Effect.map(store.get(key), Option.flatMap(decode)),
      save: (point) => store.set(key, encode(point)),
      clear: store.clear(key),
      written: store.written
    }))
}
