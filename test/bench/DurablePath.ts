// From the frame through an SQLite file to a sender that counts, in a store that has known so many rows before.
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import Database from "libsql"
import { Effect, Layer, Logger, LogLevel } from "effect"
import { Budget } from "../../src/adapter/Budget.ts"
import { Stability } from "../../src/adapter/Stability.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import type { Handler } from "../../src/handler/Handler.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as Node from "../../src/node/index.ts"
import { kept as stored } from "../gateway/kept.ts"
import { counting, flooded } from "./Flooded.ts"
import { remembering } from "./Remembered.ts"
import { clock, type Measure, tell } from "./Stage.ts"

/** What this program tells. */
export interface Durable extends Measure {
  /** events of a commit of the inbox, and answers of any other commit, on average */
  readonly chunk: number
  readonly answers: number
  /** characters of an event as it is kept */
  readonly size: number
  /** milliseconds of each event from when its frame was sent to its handler, and from there to its send, where the flood tells */
  readonly toHandler: ReadonlyArray<number>
  readonly toSend: ReadonlyArray<number>
  /** megabytes of the file at the end */
  readonly file: number
}

const [kept, port, events] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])]
const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"))
const path = join(folder, "store.db")

let read: ReturnType<typeof clock> | undefined
let offers = 0
let commits = 0
let size = 0
let count = 0
const handled = new Map<string, number>()
const toHandler: Array<number> = []
const toSend: Array<number> = []

const { exec } = Database.prototype
Database.prototype.exec = function (this: Database.Database, text) {
  if (text === "commit") commits += 1
  return exec.call(this, text)
}

const now = (): number => performance.timeOrigin + performance.now()

const heard = (text: string): void => {
  const sent = Number(/ @([\d.]+)$/.exec(text)?.[1])
  if (Number.isNaN(sent)) return
  const at = now()
  toHandler.push(at - sent)
  handled.set(text, at)
}

const sent = (text: string): void => {
  const at = handled.get(text)
  if (at !== undefined) toSend.push(now() - at)
  if (++count < events) return
  const measure: Measure = read?.(count) ?? clock()(count)
  const file = statSync(path).size / 1e6
  rmSync(folder, { recursive: true, force: true })
  const [chunk, answers] = [events / offers, events / (commits - offers)]
  tell({ ...measure, chunk, answers, size, toHandler, toSend, file } satisfies Durable)
}

const echo: Handler = (event) => {
  if (event._tag === "MessageReceived") heard(event.text)
  return Echo.handler(event)
}

const filled = Effect.gen(function* () {
  const { reserve } = yield* SqlClient.SqlClient
  const { executeUnprepared } = yield* reserve
  for (const statement of remembering(flooded(port).id, kept)) yield* executeUnprepared(statement, [], undefined)
}).pipe(Effect.scoped, Effect.provide(SqlStore.layer.pipe(Layer.provideMerge(Sqlite.layer(path)))))

const counted = Layer.effect(
  Inbox,
  Effect.map(Inbox, (inbox) => ({
    ...inbox,
    offer: (items: Parameters<typeof inbox.offer>[0]) =>
      Effect.suspend(() => {
        if (read === undefined) commits = 0
        read ??= clock()
        offers += 1
        size ||= JSON.stringify(items[0]?.value).length
        return inbox.offer(items)
      })
  }))
)

const stores = counted.pipe(
  Layer.provideMerge(stored(Sqlite.layer(path))),
  Layer.merge(Layer.merge(Budget.layerMemory, Stability.layer))
)

const running = Effect.provide(
  Effect.never,
  Gateway.layer({ accounts: [counting(port, sent)], handler: echo }).pipe(
    Layer.provide(stores),
    Layer.provide(Node.layer)
  )
)

Effect.zipRight(filled, running).pipe(Logger.withMinimumLogLevel(LogLevel.Error), Effect.runPromise)
