// The listen path up to the inbox (`listen`), or the whole path to a sender that counts (`whole`).
import { Effect, Layer, Logger, LogLevel, Stream } from "effect"
import * as Delivery from "../../src/delivery/Delivery.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as Node from "../../src/node/index.ts"
import { counting, flooded } from "./Flooded.ts"
import { clock, tell } from "./Stage.ts"

const [mode, port, events] = [process.argv[2], process.argv[3], Number(process.argv[4])]
let read: ReturnType<typeof clock> | undefined
let count = 0

/** Memory after every quarter of the run: flat means that the last is no larger than the first. */
const heaps: Array<number> = []
const sample = (): void => {
  if (mode !== "whole" || count % (events / 4) !== 0) return
  globalThis.gc?.()
  heaps.push(process.memoryUsage().heapUsed / 1e6)
}
const counted = (n: number): void => {
  read ??= clock()
  count += n
  sample()
  if (count === events) tell({ ...read(count), heaps })
}

/** The memory inbox, counting what it keeps; in `listen` nobody takes anything out of it. */
const countingInbox = Layer.effect(
  Inbox,
  Effect.map(Inbox, (inbox) => ({
    ...inbox,
    offer: (items: Parameters<typeof inbox.offer>[0]) =>
      Effect.tap(inbox.offer(items), () => Effect.sync(() => counted(items.length))),
    work: () => Effect.never
  }))
)

const stores = MemoryStores.layerBeside(
  // one account may fill half of a queue
  mode === "whole"
    ? Delivery.layerMemory
    : Layer.provideMerge(countingInbox, Delivery.layerMemoryWith({ capacity: 2 * events }))
)

Effect.void.pipe(
  Effect.zipRight(Effect.never),
  Effect.provide(
    Gateway.layer({
      accounts: [mode === "whole" ? counting(port, () => counted(1)) : flooded(port)],
      handler: mode === "whole" ? Echo.handler : () => Stream.empty
    }).pipe(Layer.provide(stores), Layer.provide(Node.layer))
  ),
  Logger.withMinimumLogLevel(LogLevel.Error),
  Effect.runPromise
)
