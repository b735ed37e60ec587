// The polling path: updates through inbox and dispatcher to a handler that counts and says nothing.
import { Effect, Layer, Logger, LogLevel, Redacted, Stream } from "effect"
import { Gateway } from "../../src/gateway/Gateway.ts"
import * as Node from "../../src/node/index.ts"
import * as Telegram from "../../src/platforms/telegram/Adapter.ts"
import { clock, tell } from "./Stage.ts"

const [port, events] = [process.argv[2], Number(process.argv[3])]
let read: ReturnType<typeof clock> | undefined
let count = 0

const telegram = Telegram.account({
  name: "flood",
  token: Redacted.make(`1:${"flood".repeat(7)}`),
  access: { _tag: "Open" },
  apiBaseUrl: `http://127.0.0.1:${port}`
})

const handler = () => {
  read ??= clock()
  if (++count === events) tell(read(count))
  return Stream.empty
}

Effect.void.pipe(
  Effect.zipRight(Effect.never),
  Effect.provide(Gateway.layerMemory({ accounts: [telegram], handler }).pipe(Layer.provide(Node.layer))),
  Logger.withMinimumLogLevel(LogLevel.Error),
  Effect.runPromise
)
