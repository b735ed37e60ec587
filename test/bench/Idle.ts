// What 10 000 idle, connected accounts cost in memory.
import { Effect, Logger, LogLevel } from "effect"
import { accountId } from "../../src/domain/Address.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { tell } from "./Stage.ts"

const accounts = Number(process.argv[2])
const memory = (): NodeJS.MemoryUsage => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage()
}

Effect.gen(function* () {
  const fakes = Array.from({ length: accounts }, (_, index) => FakeAdapter.make({ id: accountId("fake", `n${index}`) }))
  const gateway = yield* Gateway
  yield* Effect.sleep("100 millis")
  const before = memory()
  yield* Effect.forEach(fakes, (fake) => gateway.add(fake.account), { discard: true })
  yield* Effect.sleep("1 second")
  yield* Effect.forEach(fakes, (fake) => fake.emit(FakeAdapter.connected({ silence: "1 hour" })), { discard: true })
  yield* Effect.sleep("2 seconds")
  const after = memory()
  const statuses = yield* gateway.statuses
  tell({
    connected: statuses.filter(({ state }) => state._tag === "Connected").length,
    heap: (after.heapUsed - before.heapUsed) / accounts / 1024,
    resident: (after.rss - before.rss) / accounts / 1024
  })
}).pipe(
  Effect.provide(Gateway.layerMemory({ accounts: [], handler: Echo.handler })),
  Logger.withMinimumLogLevel(LogLevel.Error),
  Effect.runPromise
)
