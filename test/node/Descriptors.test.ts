import { describe, expect, it } from "@effect/vitest"
import { Effect, Logger, Option, Scope, TestClock } from "effect"
import { createServer, type Server } from "node:net"
import * as Descriptors from "../../src/node/Descriptors.ts"

/** A server that takes a thousand lines, while nobody minds it otherwise. */
const thousand = Effect.acquireRelease(
  Effect.sync(() => {
    const server = createServer()
    Descriptors.bounded(server, 1000)
    return server
  }),
  (server) => Effect.sync(() => server.emit("close"))
)

const watched = (server: Server, use: () => Descriptors.Use | undefined) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logged = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel.label} ${String(message)}`))
    yield* Effect.provide(
      Descriptors.watch(Effect.sync(() => Option.fromNullable(use()))),
      Logger.replace(Logger.defaultLogger, logged)
    )
    const at = (open: () => void) =>
      Effect.zipRight(
        Effect.sync(open),
        Effect.as(TestClock.adjust("30 seconds"), () => server.maxConnections)
      )
    return { lines, at }
  })

describe("files and sockets that a process may have open", () => {
  it.scoped("are said to run short at 80 %, once, and who asks gets few, until they are enough again (F50)", () =>
    Effect.gen(function* () {
      const server = yield* thousand
      let open = 799
      const { at, lines } = yield* watched(server, () => ({ open, limit: 1000 }))
      const taken: Array<number> = []
      for (const next of [799, 800, 990, 701, 699]) taken.push((yield* at(() => (open = next)))())
      expect(taken).toEqual([1000, 16, 16, 16, 1000])
      expect(lines).toEqual([
        expect.stringMatching(/^ERROR 800 of the 1000 files and sockets .*LimitNOFILE/),
        expect.stringMatching(/^INFO 699 of the 1000 .*enough again/)
      ])
    })
  )

  it.scoped("are few for a server that begins while they are short, too, and not once nobody watches (F50)", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      yield* Scope.extend(Descriptors.watch(Effect.succeedSome({ open: 90, limit: 100 })), scope)
      yield* TestClock.adjust("1 second")
      const server = yield* thousand
      expect(server.maxConnections).toBe(16)
      yield* Scope.close(scope, yield* Effect.exit(Effect.void))
      expect(server.maxConnections).toBe(1000)
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  it.scoped("are never short where the system does not tell", () =>
    Effect.gen(function* () {
      const server = yield* thousand
      let use: Descriptors.Use | undefined
      const { at, lines } = yield* watched(server, () => use)
      expect((yield* at(() => (use = undefined)))()).toBe(1000)
      expect((yield* at(() => (use = { open: 5000, limit: undefined })))()).toBe(1000)
      expect(lines).toEqual([])
    })
  )

  it.live("are known of this process", () =>
    Effect.gen(function* () {
      const use = yield* Descriptors.use
      if (process.platform !== "linux") return
      expect(Option.getOrThrow(use)).toMatchObject({ open: expect.any(Number), limit: expect.any(Number) })
    })
  )
})
