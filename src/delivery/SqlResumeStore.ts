import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constVoid } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ResumeStore } from "../adapter/ResumeStore.ts"
import type { StoreRefused } from "./KeyedQueue.ts"
import type { Entry } from "./SqlStore/Journal.ts"
import { read, written } from "./SqlStore/Words.ts"
import { SqlStore } from "./SqlStore.ts"

// How long points wait that the store refused: what they save is only a replay.
const refusedPause = 1000

const Points = Schema.Tuple(
  Schema.Struct({ answer: Schema.parseJson(Schema.Array(Schema.Tuple(Schema.String, Schema.String))) })
)

/**
 * Resume points in the same store as the queues. Setting one does not wait for the disk: it is written with the next
 * commit, behind everything that was kept before it, and a crash in between brings back an older one, whose replay is told
 * apart.
 */
export const layer: Layer.Layer<ResumeStore, StoreRefused, SqlStore> = Layer.scoped(
  ResumeStore,
  Effect.gen(function* () {
    const journal = yield* SqlStore
    const [{ answer }] = yield* journal.aside("resume points", ({ ask }) =>
      Effect.flatMap(ask(journal.statements.points), (rows) => Effect.orDie(Schema.decodeUnknown(Points)(rows)))
    )
    const points = new Map(answer.map(([key, point]) => [read(key), read(point)]))
    const unwritten = new Set<string>()
    const some = yield* Effect.makeLatch(false)

    const entry: Entry<void> = {
      store: "resume points",
      asks: [],
      plan: (draft) => {
        const taken = new Map(Array.from(unwritten, (key) => [key, points.get(key)]))
        for (const [key, point] of taken) draft.point(written(key), point === undefined ? undefined : written(point))
        return Either.right(() => {
          for (const [key, point] of taken) if (points.get(key) === point) unwritten.delete(key)
        })
      }
    }
    const write = Effect.suspend(() => {
      some.unsafeClose()
      return unwritten.size === 0 ? Effect.void : journal.commit(entry)
    })
    const moved = (key: string) =>
      Effect.sync(() => {
        unwritten.add(key)
        some.unsafeOpen()
      })

    yield* Effect.forkScoped(
      some.await.pipe(
        Effect.zipRight(write),
        Effect.catchAll((refused) =>
          Effect.logDebug(`resume points are written later: ${refused.message}`).pipe(
            Effect.zipRight(Effect.sleep(refusedPause)),
            Effect.zipRight(some.open)
          )
        ),
        Effect.forever
      )
    )
    yield* Effect.addFinalizer(() => Effect.catchAll(write, () => Effect.sync(constVoid)))

    return {
      get: (key) => Effect.sync(() => Option.fromNullable(points.get(key))),
      set: (key, point) =>
        Effect.zipRight(
          Effect.sync(() => points.set(key, point)),
          moved(key)
        ),
      clear: (key) =>
        Effect.zipRight(
          Effect.sync(() => points.delete(key)),
          moved(key)
        ),
      written: Effect.match(
        Effect.tapError(write, () => some.open),
        { onFailure: () => false, onSuccess: () => true }
      )
    }
  })
)
