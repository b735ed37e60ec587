import { describe, expect, it } from "@effect/vitest"
import { Effect, Logger, Stream } from "effect"
import { ConnectionLost } from "../../../src/adapter/AdapterError.ts"
import { alive, type Disconnected, received } from "../../../src/adapter/Signal.ts"
import { type Offered, StoreRefused } from "../../../src/delivery/KeyedQueue.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { due } from "../../../src/gateway/Status.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { givesUp, play, playOver, settle, status } from "../stage.ts"

const { id } = FakeAdapter.make().account
const second = accountId("fake", "second")
const said = (event: string, where = "ann") => received(FakeAdapter.said(id, where, event, event))

const lost = (reason: ConnectionLost["reason"], until: number, fields: Partial<Disconnected> = {}): Disconnected => ({
  _tag: "Disconnected",
  cause: new ConnectionLost({ account: id, reason, cause: "the line was cut", resumable: true }),
  attempt: 1,
  until,
  flapping: false,
  ...fields
})

describe("Supervisor, telling the truth", () => {
  it.effect("an account is connected when the platform says so in this generation, and not before (F41)", () => {
    const fake = FakeAdapter.make({ greeting: [{ _tag: "Connecting", attempt: 1, until: 20_000 }] })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        const state = Effect.map(status(id), (status) => status.state._tag)
        yield* settle
        expect(yield* state).toBe("Connecting")
        yield* fake.emit(alive, said("e1"))
        yield* settle
        expect(yield* state).toBe("Connecting")
        yield* fake.emit(FakeAdapter.connected())
        yield* settle
        expect(yield* state).toBe("Connected")
        yield* givesUp(fake)
        yield* Effect.sleep("5 seconds")
        expect([yield* state, fake.opened()]).toEqual(["Connecting", 2])
      })
    )
  })

  it.effect("it is not believed a second longer than its proof of life is good for (F40, F45, F106)", () => {
    const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "30 seconds" })] })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* Effect.sleep("20 seconds")
        yield* fake.emit(alive)
        yield* Effect.sleep("30500 millis")
        expect((yield* status(id)).state).toEqual({ _tag: "Connected", until: 50_000 })
        yield* Effect.sleep("1 second")
        expect(yield* status(id)).toMatchObject({
          state: { _tag: "Reconnecting", until: 60_000 },
          since: 50_000,
          downSince: 20_000,
          cause: "no sign of life for 31s"
        })
      })
    )
  })

  it.effect("a quiet account whose line answers is healthy for as long as it does (F44)", () => {
    const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 minute" })] })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        for (let minute = 0; minute < 240; minute++) {
          yield* Effect.sleep("50 seconds")
          yield* fake.emit(alive)
          expect((yield* status(id)).state._tag).toBe("Connected")
        }
        expect(yield* status(id)).toMatchObject({ generation: 1, since: 0 })
      })
    )
  })

  it.effect(
    "what the listen loop announces is told as it is: reconnecting, rate-limited, flapping, until when (F32, F42)",
    () => {
      const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected()] })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(lost("Closed", 5000, { attempt: 3 }))
          yield* settle
          expect(yield* status(id)).toMatchObject({
            state: { _tag: "Reconnecting", until: 5000 },
            attempts: 3,
            cause: "the line was cut"
          })
          yield* fake.emit(lost("RateLimited", 60_000))
          yield* settle
          expect((yield* status(id)).state).toEqual({ _tag: "RateLimited", until: 60_000 })
          yield* fake.emit(lost("Budgeted", 90_000, { flapping: true }))
          yield* settle
          expect(yield* status(id)).toMatchObject({ state: { _tag: "RateLimited", until: 90_000 }, flapping: true })
          yield* fake.emit({ _tag: "Connecting", attempt: 4, until: 20_000 })
          yield* settle
          expect(yield* status(id)).toMatchObject({ state: { _tag: "Connecting", until: 20_000 }, attempts: 3 })
        })
      )
    }
  )

  it.effect("a gap that cannot be replayed is told with its start and end, and a resumed line leaves none", () => {
    const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 hour" })] })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* Effect.sleep("10 seconds")
        yield* fake.emit(said("e1"))
        yield* Effect.sleep("10 seconds")
        yield* fake.emit(lost("Closed", 21_000), FakeAdapter.connected({ resumed: true, silence: "1 hour" }))
        yield* settle
        expect((yield* status(id)).gaps).toEqual([])
        yield* Effect.sleep("10 seconds")
        yield* fake.emit(lost("Closed", 31_000))
        yield* Effect.sleep("10 seconds")
        yield* fake.emit(FakeAdapter.connected(), said("e2"), alive)
        yield* settle
        expect((yield* status(id)).gaps).toEqual([{ from: 20_000, to: 40_100 }])
      })
    )
  })

  it.effect("two accounts have two statuses, also in the stream of changes (F46)", () => {
    const fakes = [
      FakeAdapter.make({ greeting: [FakeAdapter.connected()] }),
      FakeAdapter.make({ id: second, open: () => Effect.never })
    ]
    return play(
      fakes,
      {},
      Effect.gen(function* () {
        const gateway = yield* Gateway
        yield* settle
        const told = yield* Stream.runCollect(Stream.take(gateway.changes, 2))
        const both = [...(yield* gateway.statuses), ...told].map(({ account, state }) => `${account} ${state._tag}`)
        expect(new Set(both)).toEqual(new Set([`${id} Connected`, `${second} Connecting`]))
      })
    )
  })
})

describe("Supervisor, when the store refuses", () => {
  /** A store that takes nothing while it is ill. */
  const illStore = () => {
    let ill = true
    const refused = new StoreRefused({ store: "inbox", cause: "the disk is full" })
    return {
      heals: Effect.sync(() => (ill = false)),
      over: (offer: Effect.Effect<Offered, StoreRefused>) => Effect.suspend(() => (ill ? Effect.fail(refused) : offer))
    }
  }

  it.effect(
    "it pulls nothing, says so with a due time, and goes on when the store is back, with nothing lost (F71, F78)",
    () => {
      const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 day" })] })
      const store = illStore()
      let pulls = 0
      const account = {
        ...fake.account,
        open: Effect.map(fake.account.open, (adapter) => ({
          ...adapter,
          listen: Stream.mapChunks(adapter.listen, (chunk) => {
            pulls += 1
            return chunk
          })
        }))
      }
      return playOver(
        store.over,
        [account],
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(said("e1"))
          yield* settle
          const before = pulls
          yield* fake.emit(said("e2"), said("e3", "bob"))
          for (let second = 0; second < 600; second++) {
            yield* Effect.sleep("1 second")
            const { cause, state } = yield* status(id)
            expect([state._tag, cause]).toEqual(["Held", "inbox: the disk is full"])
            expect((due(state) ?? 0) - (second + 1) * 1000).toBeGreaterThanOrEqual(0)
          }
          expect(pulls).toBe(before)
          expect(fake.sent).toEqual([])
          yield* store.heals
          yield* Effect.sleep("31 seconds")
          expect(fake.sent.map(({ id }) => id).sort()).toEqual(["e1#0", "e2#0", "e3#0"].map((name) => `${id}/${name}`))
          const after = yield* status(id)
          expect(after).toMatchObject({ state: { _tag: "Connected" }, since: 0, generation: 1 })
          expect([after.downSince, after.cause]).toEqual([undefined, undefined])
        })
      )
    }
  )

  it.effect("a loss after a held time is said aloud", () => {
    const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 day" })] })
    const store = illStore()
    const lines: Array<string> = []
    const recorder = Logger.make(({ logLevel, message }) => lines.push(`${logLevel.label} ${String(message)}`))
    return playOver(
      store.over,
      [fake.account],
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("e1"))
        yield* settle
        yield* store.heals
        yield* Effect.sleep("31 seconds")
        yield* fake.emit(lost("Closed", 60_000))
        yield* settle
        expect(lines.filter((line) => /^(WARN|ERROR)/.test(line))).toEqual([
          expect.stringMatching(
            /^ERROR inbox: the disk is full; it hears nothing until our store takes what it has; asked again in/
          ),
          expect.stringMatching(/^WARN the line was cut; attempt 2 in/)
        ])
      })
    ).pipe(Effect.provide(Logger.add(recorder)))
  })

  it.effect("a first connect that comes to nothing is said aloud, and those after it are not (F27, F61)", () => {
    const fake = FakeAdapter.make()
    const lines: Array<string> = []
    const recorder = Logger.make(({ logLevel, message }) => lines.push(`${logLevel.label} ${String(message)}`))
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(lost("Transport", 1_000), lost("Transport", 2_000, { attempt: 2 }))
        yield* settle
        expect(lines.filter((line) => line.startsWith("WARN"))).toEqual([
          expect.stringMatching(/^WARN the line was cut; attempt 2 in/)
        ])
      })
    ).pipe(Effect.provide(Logger.add(recorder)))
  })
})
