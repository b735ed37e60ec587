import * as Effect from "effect/Effect"
import * as MemoryQueue from "../../src/delivery/MemoryQueue.ts"
import * as QueueSuite from "../../src/testing/QueueSuite.ts"

QueueSuite.suite("MemoryQueue", (bounds) =>
  Effect.gen(function* () {
    const fed = yield* MemoryQueue.make<string>({ ...bounds, name: "fed", dead: 100 })
    const queue = yield* MemoryQueue.makeFeeding<string, string>({ ...bounds, name: "queue", dead: 100 }, fed)
    return { queue, fed }
  })
)
