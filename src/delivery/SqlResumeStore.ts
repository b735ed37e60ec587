import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { ResumeStore } from "../adapter/ResumeStore.ts"
import { groupOf, type StoreRefused } from "./KeyedQueue.ts"
import type { SqlStore } from "./SqlStore.ts"
import { read, written } from "./SqlStore/Words.ts"
import * as WriteBehind from "./SqlStore/WriteBehind.ts"

/** The resume points of accounts in a database. */
export class ResumePoints extends Context.Tag("holdfast/ResumePoints")<
  ResumePoints,
  {
    /**
     * Loads the points of an account, which this process has to own. When the scope ends the last of them are written, as far
     * as that can be had, and nothing is written any more.
     */
    readonly adopt: (account: string) => Effect.Effect<void, StoreRefused, Scope.Scope>
  }
>() {}

const make = Effect.gen(function* () {
  const kept = yield* WriteBehind.make({
    store: "resume points",
    key: Schema.String,
    all: (statements) => statements.points,
    write: (draft, _, key, point) => draft.point(written(key), point === undefined ? undefined : written(point)),
    // what they save is only a replay
    refused: ({ message }) => Effect.logDebug(`resume points are written later: ${message}`),
    taken: Effect.void
  })
  /** of the accounts that are taken up */
  const points = new Map<string, Map<string, string>>()

  const adopt = (account: string) =>
    Effect.gen(function* () {
      let own: Map<string, string> | undefined
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          if (points.get(account) === own) points.delete(account)
        })
      )
      const rows = yield* kept.adopt(account)
      own = new Map(rows.map(([key, point]) => [read(key), read(point)]))
      points.set(account, own)
    })

  /** What is said of an account that is not taken up is said too late. */
  const change = (key: string, point: string | undefined) =>
    Effect.sync(() => {
      const own = points.get(groupOf(key))
      if (own === undefined) return
      if (point === undefined) own.delete(key)
      else own.set(key, point)
      kept.put(groupOf(key), key, point)
    })

  const resume: Context.Tag.Service<ResumeStore> = {
    get: (key) => Effect.sync(() => Option.fromNullable(points.get(groupOf(key))?.get(key))),
    set: change,
    clear: (key) => change(key, undefined),
    written: Effect.match(kept.write, { onFailure: () => false, onSuccess: () => true })
  }
  return Context.make(ResumeStore, resume).pipe(Context.add(ResumePoints, { adopt }))
})

/**
 * Resume points in the same store as the queues. Setting one does not wait for the disk: it is written with the next
 * commit, behind everything that was kept before it, and a crash in between brings back an older one, whose replay is told
 * apart.
 */
export const layer: Layer.Layer<ResumeStore | ResumePoints, never, SqlStore> = Layer.scopedContext(make)
