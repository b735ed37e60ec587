import { Effect, type Scope } from "effect"
import * as QueueSuite from "../../src/testing/QueueSuite.ts"
import { file, open, remains } from "./SqlStore/Sqlite.ts"

const queues = (path: string, capacity: number): Effect.Effect<QueueSuite.Queues, never, Scope.Scope> =>
  Effect.map(Effect.orDie(open(path, { capacity })), ({ fed, queue }) => ({
    queue,
    fed,
    died: Effect.suspend(() => queues(remains(path, "died"), capacity))
  }))

QueueSuite.suite("SqlQueue on SQLite", ({ capacity }) => Effect.flatMap(file, (path) => queues(path, capacity)), {
  // twice as many as a stack has frames, each of them a commit; 100 000 go through the same crew in memory
  chain: 20_000
})
