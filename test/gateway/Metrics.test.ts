import { describe, expect, it } from "@effect/vitest"
import { Effect, type MetricPair, Stream } from "effect"
import { ConnectionLost, SendError } from "../../src/adapter/AdapterError.ts"
import { received } from "../../src/adapter/Signal.ts"
import { accountId } from "../../src/domain/Address.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { families, Metrics } from "../../src/gateway/Metrics.ts"
import { HandlerFailed } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { givesUp, playOpenly, settle } from "./stage.ts"

const { connected, said } = FakeAdapter

/** An account of its own for each test: what is counted is counted for the whole process. */
let accounts = 0
const fake = (options: FakeAdapter.FakeAdapterOptions = {}) =>
  FakeAdapter.make({ greeting: [connected()], id: accountId("fake", `a${++accounts}`), ...options })

const lineOf = ({ metricKey: { name, tags }, metricState }: MetricPair.MetricPair.Untyped) => {
  const labels = tags.map(({ key, value }) => `${key}=${value}`).filter((label) => !label.startsWith("account="))
  const value = Object.values(metricState).find((each) => typeof each === "number")
  return [[name.replace("holdfast_", ""), ...labels].join(" "), Number(value)] as const
}

/** What is measured of one account: each metric with its labels, and its value. */
const measured = (account: string) =>
  Effect.map(
    Effect.flatMap(Metrics, ({ snapshot }) => snapshot),
    (pairs) =>
      Object.fromEntries(
        pairs.filter(({ metricKey: { tags } }) => tags.some(({ value }) => value === account)).map(lineOf)
      )
  )

const measuring = <A, E>(
  fakes: ReadonlyArray<FakeAdapter.FakeAdapter>,
  options: Parameters<typeof playOpenly>[1],
  test: Effect.Effect<A, E, Metrics | Gateway>
) => playOpenly(fakes, options, Effect.provide(test, Metrics.layer()))

describe("Metrics", () => {
  it.effect("count what is heard, handled and sent, and a repeat as a repeat (F75)", () => {
    const one = fake()
    return measuring(
      [one],
      {},
      Effect.gen(function* () {
        yield* settle
        const event = received(said(one.account.id, "ann", "e1", "ping"))
        yield* one.emit(event, event)
        yield* one.emit(event)
        yield* settle
        expect(yield* measured(one.account.id)).toMatchObject({
          events_heard_total: 1,
          events_repeated_total: 2,
          "events_handled_total outcome=Handled": 1,
          "sends_total outcome=Sent": 1,
          "queue_waiting queue=inbox": 0,
          "queue_waiting queue=outbox": 0
        })
      })
    )
  })

  it.effect(
    "say that an account is down, for how long, how old its last sign of life is, and never two states at once (F69)",
    () => {
      const one = fake({ open: (attempt) => (attempt === 1 ? Effect.void : Effect.never) })
      return measuring(
        [one],
        {},
        Effect.gen(function* () {
          yield* Effect.sleep("10 seconds")
          const before = yield* measured(one.account.id)
          expect(before).toMatchObject({
            "account_state state=Connected": 1,
            account_down_seconds: 0,
            account_generation: 1,
            "connections_total resumed=false": 1
          })
          yield* givesUp(one)
          yield* settle
          yield* Effect.sleep("1 minute")
          const after = yield* measured(one.account.id)
          const states = Object.entries(after).filter(
            ([name, value]) => name.startsWith("account_state") && value === 1
          )
          expect(states).toHaveLength(1)
          expect(after).toMatchObject({
            "account_state state=Connected": 0,
            "adapter_failures_total reason=Exhausted": 1
          })
          expect(after["account_down_seconds"]).toBeCloseTo(60.1, 0)
          expect(after["account_life_age_seconds"]).toBeCloseTo(70, 0)
        })
      )
    }
  )

  it.effect("do not believe a line whose proof of life is too old (F106)", () => {
    const one = fake({ greeting: [connected({ silence: "25 seconds" })] })
    return measuring(
      [one],
      {},
      Effect.gen(function* () {
        yield* Effect.sleep("27 seconds")
        const { "account_state state=Connected": state, account_down_seconds: down } = yield* measured(one.account.id)
        expect(state ?? 0).toBe(0)
        expect(down).toBeCloseTo(27, 0)
      })
    )
  })

  it.effect("count a lost line by why, and a denied person by the rule", () => {
    const one = fake({ access: { _tag: "AllowList", people: ["bob"], conversations: [] } })
    const cause = new ConnectionLost({ account: one.account.id, reason: "Silent", cause: "quiet", resumable: true })
    return measuring(
      [one],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* one.emit(received(said(one.account.id, "ann", "e1", "ping")))
        yield* one.emit({ _tag: "Disconnected", cause, attempt: 1, until: 1000, flapping: false })
        yield* settle
        expect(yield* measured(one.account.id)).toMatchObject({
          "events_denied_total reason=AllowList": 1,
          "disconnections_total reason=Silent": 1,
          account_attempts: 1
        })
      })
    )
  })

  it.effect("count every end of a handler and of a send, and what was put aside", () => {
    const refuses = fake({
      send: ({ id }) => new SendError({ messageId: id, reason: "Rejected", cause: "blocked" })
    })
    const failure = new HandlerFailed({ cause: "no", retryable: true })
    return measuring(
      [refuses],
      { handler: () => failure, config: { handlerAttempts: 3 } },
      Effect.gen(function* () {
        yield* settle
        yield* refuses.emit(received(said(refuses.account.id, "ann", "e1", "ping")))
        yield* Effect.sleep("1 minute")
        expect(yield* measured(refuses.account.id)).toMatchObject({
          "events_handled_total outcome=NotHandled": 2,
          "events_handled_total outcome=Dead": 1,
          "sends_total outcome=Rejected": 1,
          "put_aside_total queue=inbox": 1,
          "put_aside_total queue=outbox": 1,
          "queue_dead queue=inbox": 1,
          "queue_dead queue=outbox": 1
        })
      })
    )
  })

  it.effect("say how much waits and how old the oldest is", () => {
    const one = fake()
    return measuring(
      [one],
      { handler: () => Stream.execute(Effect.never) },
      Effect.gen(function* () {
        yield* settle
        yield* one.emit(received(said(one.account.id, "ann", "e1", "ping")))
        yield* Effect.sleep("30 seconds")
        yield* one.emit(received(said(one.account.id, "ann", "e2", "ping")))
        yield* settle
        const all = yield* measured(one.account.id)
        expect(all["queue_waiting queue=inbox"]).toBe(2)
        expect(all["queue_oldest_seconds queue=inbox"]).toBeCloseTo(30, 0)
      })
    )
  })

  it.effect("tell nothing of an account that was removed", () => {
    const [one, other] = [fake(), fake()]
    return measuring(
      [one, other],
      {},
      Effect.gen(function* () {
        yield* settle
        expect(Object.keys(yield* measured(one.account.id))).not.toEqual([])
        yield* Effect.flatMap(Gateway, ({ remove }) => remove(one.account.id))
        expect(yield* measured(one.account.id)).toEqual({})
        expect(Object.keys(yield* measured(other.account.id))).not.toEqual([])
      })
    )
  })

  it.effect("name no person, whoever says what, and register what they say they register", () => {
    const one = fake()
    return measuring(
      [one],
      {},
      Effect.gen(function* () {
        yield* settle
        for (let person = 0; person < 50; person++)
          yield* one.emit(received(said(one.account.id, `person${person}`, `e${person}`, "words")))
        yield* settle
        const ours = (yield* Effect.flatMap(Metrics, ({ snapshot }) => snapshot)).filter(({ metricKey: { name } }) =>
          name.startsWith("holdfast_")
        )
        expect(JSON.stringify(ours)).not.toMatch(/person\d|words/)
        const told = new Map(families.map(({ labels, name }) => [name, labels]))
        for (const { metricKey } of ours)
          expect(metricKey.tags.map(({ key }) => key).sort()).toEqual([...(told.get(metricKey.name) ?? [])].sort())
      })
    )
  })

  it.effect("what stands behind handlers has a state, and only that one", () => {
    const health = Effect.succeed([{ handler: "webhook bot.example", state: "failing", since: 0 } as const])
    const handler = Object.assign(() => Stream.empty, { health })
    return measuring(
      [],
      { handler },
      Effect.gen(function* () {
        const pairs = yield* Effect.flatMap(Metrics, ({ snapshot }) => snapshot)
        const told = pairs.map(lineOf).filter(([name]) => name.startsWith("handler_state handler=webhook"))
        expect(Object.fromEntries(told)).toEqual({
          "handler_state handler=webhook bot.example state=failing": 1,
          "handler_state handler=webhook bot.example state=working": 0
        })
      })
    )
  })
})
