// Accounts that hear a flood, in one process that operators ask and watch meanwhile, as `holdfast run` answers them. It tells the
// port at which it answers, takes the accounts up at the word `go`, and tells what it has handled when that is all of it, or
// at the word `read`.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Context, Effect, Layer, Logger, LogLevel } from "effect"
import * as Answering from "../../src/cli/Control/Answering.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as Node from "../../src/node/index.ts"
import { freePort } from "../node/freePort.ts"
import { counting } from "./Flooded.ts"
import { clock, type Measure, tell } from "./Stage.ts"

const [flood, accounts, events] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]

let said = 0
let read: (() => Measure) | undefined

/** From here on is counted, until it is asked for again. */
const begin = (): void => {
  const [before, measure] = [said, clock()]
  read = () => measure(said - before)
}

const answered = (): void => {
  if (read === undefined) begin()
  if (++said === events) tell(read?.())
}

const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"))

const stores = MemoryStores.layer

Effect.gen(function* () {
  const port = yield* freePort
  const api = { host: "127.0.0.1", port, token: undefined }
  const { answer } = yield* Answering.open({ control: [folder], api, except: new Set() }, "memory")
  const kept = yield* Layer.build(
    Gateway.layer({ accounts: [], handler: Echo.handler }).pipe(Layer.provideMerge(Layer.merge(stores, Node.layer)))
  )
  yield* answer(kept)
  const go = yield* Effect.makeLatch(false)
  process.on("message", (word) => {
    if (word === "go") return go.unsafeOpen()
    tell(read?.())
    begin()
  })
  tell({ port })
  yield* go.await
  for (let bot = 1; bot <= accounts; bot++)
    yield* Effect.provide(Context.get(kept, Gateway).add(counting(flood, answered, bot)), kept)
  return yield* Effect.never
}).pipe(
  Effect.scoped,
  Effect.ensuring(Effect.sync(() => rmSync(folder, { recursive: true, force: true }))),
  Logger.withMinimumLogLevel(LogLevel.Error),
  Effect.runPromise
)
