import { Effect, Layer, Schema } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import * as SqlQueue from "../../src/delivery/SqlQueue.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import * as QueueSuite from "../../src/testing/QueueSuite.ts"
import { file } from "./SqlStore/Sqlite.ts"

QueueSuite.suite("SqlQueue on SQLite", ({ capacity }) =>
  Effect.gen(function* () {
    const path = yield* file
    const store = yield* Layer.build(SqlStore.layer.pipe(Layer.provide(Sqlite.layer(path))))
    return yield* Effect.gen(function* () {
      const fed = yield* SqlQueue.make({ name: "fed", capacity, dead: 100 }, Schema.String)
      const queue = yield* SqlQueue.makeFeeding({ name: "queue", capacity, dead: 100 }, Schema.String, fed)
      return { queue, fed }
    }).pipe(Effect.provide(store))
  })
)
