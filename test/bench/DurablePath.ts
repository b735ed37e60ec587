// From the frame through an SQLite file to a sender that counts, in a store that has known so many rows before.
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer, Logger, LogLevel } from "effect"
import { Budget } from "../../src/adapter/Budget.ts"
import { Stability } from "../../src/adapter/Stability.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { done } from "../../src/delivery/KeyedQueue.ts"
import type { Event } from "../../src/domain/Event.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { Ownership } from "../../src/gateway/Ownership.ts"
import type { Handler } from "../../src/handler/Handler.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as Node from "../../src/node/index.ts"
import { kept as stored } from "../gateway/kept.ts"
import { counting, flooded } from "./Flooded.ts"
import { clock, type Measure, tell } from "./Stage.ts"

/** What this program tells. */
export interface Durable extends Measure {
  /** events of a commit of the inbox, on average */
  readonly chunk: number
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
let commits = 0
let size = 0
let count = 0
const handled = new Map<string, number>()
const toHandler: Array<number> = []
const toSend: Array<number> = []

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
  tell({ ...measure, chunk: events / commits, size, toHandler, toSend, file } satisfies Durable)
}

const echo: Handler = (event) => {
  if (event._tag === "MessageReceived") heard(event.text)
  return Echo.handler(event)
}

/** Keeps and settles events that somebody else said, long ago; their ids are told apart all the same. */
const remember = Effect.gen(function* () {
  const inbox = yield* Inbox
  yield* (yield* Ownership).own(flooded(port))
  const offer = (from: number) =>
    inbox.offer(
      Array.from({ length: Math.min(1000, kept - from) }, (_, index) => {
        const n = from + index
        // in no order, as a platform's ids are
        const id = `ROBOT1.0_${((n * 2654435761) % 4294967296).toString(36)}.${n}!`
        const person = `c2c:${n % 1000}`
        const conversation = { account: flooded(port).id, kind: "direct" as const, id: person }
        const value: Event = { _tag: "ConsentChanged", id, conversation, sender: { id: person }, at: 0, allowed: true }
        return { id: `${conversation.account}/${id}`, key: `${conversation.account}/${person}`, value }
      })
    )
  for (let from = 0; from < kept; from += 1000) {
    yield* offer(from)
    yield* Effect.raceFirst(
      inbox.work(() => Effect.succeed(done()), { concurrency: 256 }),
      inbox.idle
    )
  }
}).pipe(Effect.scoped)

const counted = Layer.effect(
  Inbox,
  Effect.map(Inbox, (inbox) => ({
    ...inbox,
    offer: (items: Parameters<typeof inbox.offer>[0]) =>
      Effect.suspend(() => {
        read ??= clock()
        commits += 1
        size ||= JSON.stringify(items[0]?.value).length
        return inbox.offer(items)
      })
  }))
)

const stores = counted.pipe(
  Layer.provideMerge(Layer.effectDiscard(remember)),
  Layer.provideMerge(stored(Sqlite.layer(path))),
  Layer.merge(Layer.merge(Budget.layerMemory, Stability.layer))
)

Effect.void.pipe(
  Effect.zipRight(Effect.never),
  Effect.provide(
    Gateway.layer({ accounts: [counting(port, sent)], handler: echo }).pipe(
      Layer.provide(stores),
      Layer.provide(Node.layer)
    )
  ),
  Logger.withMinimumLogLevel(LogLevel.Error),
  Effect.runPromise
)
