import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AccountId } from "../../domain/Address.ts"
import type { Passed } from "../../gateway/Passages.ts"
import { bare, type Passage } from "../../gateway/Passages/Passage.ts"
import * as Status from "../../gateway/Status.ts"
import type { Entry } from "../../gateway/Timeline.ts"
import type { HandlerHealth } from "../../handler/Handler.ts"
import type { Depths } from "../Api.ts"
import { counted, type Counted, type Listed } from "./Counted.ts"
import type { Hub } from "./Hub.ts"

/** Everything that changes in a gateway. */
export interface Sources {
  readonly statuses: Effect.Effect<ReadonlyArray<Status.AccountStatus>>
  /** each status that changes; it may skip some */
  readonly changes: Stream.Stream<Status.AccountStatus>
  readonly entries: Stream.Stream<Entry>
  readonly passages: Stream.Stream<Passage>
  readonly passed: Effect.Effect<ReadonlyArray<Passed>>
  readonly handlers: Effect.Effect<ReadonlyArray<HandlerHealth>>
  readonly access: Effect.Effect<ReadonlyArray<Listed>>
  /** nothing while the store does not say */
  readonly depths: Effect.Effect<ReadonlyArray<Depths> | undefined>
}

/** Passages that are told in a second; when there are more, nobody can read them, and the gateway does not pay for them. */
export const mostPassages = 200

/** Seconds between two signs that we are here. */
const breath = 10

/** Seconds for which what happens is kept after the last has left, so that whoever comes back has missed nothing. */
export const lingers = 60

/** What is told of accounts, and what was told last. */
class Accounts {
  readonly #hub: Hub
  #told = new Map<AccountId, Status.AccountStatus>()

  constructor(hub: Hub) {
    this.#hub = hub
  }

  /** Takes these to be known: who begins to listen asks by itself how everything is. */
  know(statuses: ReadonlyArray<Status.AccountStatus>): void {
    this.#told = new Map(statuses.map((status) => [status.account, status]))
  }

  hear(status: Status.AccountStatus, now: number): void {
    const seen = Status.asOf(status, now)
    const before = this.#told.get(seen.account)
    if (before !== undefined && !isNews(before, seen)) return
    this.#told.set(seen.account, seen)
    this.#hub.tell("status", seen)
  }

  /** Tells what nobody publishes: a proof of life that went stale, one that came, and who is gone. */
  compare(statuses: ReadonlyArray<Status.AccountStatus>, now: number): void {
    const gone = new Set(this.#told.keys())
    for (const status of statuses) {
      gone.delete(status.account)
      this.hear(status, now)
    }
    for (const account of gone) {
      this.#told.delete(account)
      this.#hub.tell("removed", { account })
    }
  }
}

/** What a connection gains with each proof of life; the rest of a status changes with what happens. */
const lasting = ({ lastLife: _lastLife, state, ...rest }: Status.AccountStatus) => ({
  ...rest,
  state: state._tag === "Connected" ? state._tag : state
})

/** Whether it is another than before, or its connection is believed for so much longer that it is worth saying. */
const isNews = (before: Status.AccountStatus, now: Status.AccountStatus): boolean => {
  const longer = (Status.due(now.state) ?? 0) - (Status.due(before.state) ?? 0)
  if (now.state._tag === "Connected" && longer > (now.silence ?? 0) / 2) return true
  return JSON.stringify(lasting(before)) !== JSON.stringify(lasting(now))
}

/** Tells what is asked now and then, where it is not what it was. */
const changing = <A>(hub: Hub, name: "access" | "depths" | "handlers") => {
  let before = "[]"
  return (now: A | undefined): void => {
    if (now === undefined) return
    const text = JSON.stringify(now)
    if (text !== before) hub.tell(name, now)
    before = text
  }
}

/** How much passed since it was last asked. */
const rates = () => {
  let before: ReadonlyMap<string, Passed> | undefined
  return (passed: ReadonlyArray<Passed>) => {
    const known = before
    before = new Map(passed.map((each) => [each.account, each]))
    if (known === undefined) return []
    return passed
      .map(({ account, heard, sent }) => {
        const last = known.get(account)
        return { account, in: heard - (last?.heard ?? 0), out: sent - (last?.sent ?? 0) }
      })
      .filter((rate) => rate.in + rate.out > 0)
  }
}

/** Tells a hub what happens in a gateway, for as long as anybody listens to it and a minute more. */
export const report = (hub: Hub, sources: Sources): Effect.Effect<never> => {
  const accounts = new Accounts(hub)
  const once = Effect.gen(function* () {
    yield* hub.wanted.await
    if (!hub.isTelling) accounts.know(yield* sources.statuses)
    hub.begin()
    const rate = rates()
    const second = yield* Effect.makeLatch(false)
    let left = mostPassages
    const depths = changing<ReadonlyArray<Depths>>(hub, "depths")
    const access = changing<ReadonlyArray<Counted>>(hub, "access")
    const handlers = changing<ReadonlyArray<HandlerHealth>>(hub, "handlers")

    const changes = Stream.runForEach(sources.changes, (status) =>
      Effect.map(Clock.currentTimeMillis, (now) => accounts.hear(status, now))
    )
    const entries = Stream.runForEach(sources.entries, (entry) => Effect.sync(() => hub.tell("entry", entry)))
    const passages = Stream.runForEachWhile(sources.passages, (passage) =>
      Effect.sync(() => {
        if (left > 0) hub.tell("passage", passage, bare(passage))
        left--
        return left >= 0 && hub.isPassing
      })
    )
    const passing = Effect.forever(
      Effect.zipRight(
        hub.passing.await,
        Effect.zipRight(
          passages,
          Effect.suspend(() => (left < 0 ? second.await : Effect.void))
        )
      )
    )

    const tick = Effect.gen(function* () {
      accounts.compare(yield* sources.statuses, yield* Clock.currentTimeMillis)
      const passed = rate(yield* sources.passed)
      if (passed.length > 0) hub.tell("rates", passed)
      if (left < 0) hub.tell("skipped", { passages: true })
      left = mostPassages
      yield* second.release
      handlers(yield* sources.handlers)
      access(counted(yield* sources.access))
      depths(yield* sources.depths)
    })

    const ticks = Effect.gen(function* () {
      let [alone, unpassed] = [0, 0]
      for (let seconds = 1; alone < lingers; seconds++) {
        yield* tick
        if (seconds % breath === 0) hub.breathe()
        alone = hub.listeners === 0 ? alone + 1 : 0
        unpassed = hub.isWanted("passage") ? 0 : unpassed + 1
        if (unpassed >= lingers) hub.unpass()
        yield* Effect.sleep("1 second")
      }
    })

    yield* Effect.raceFirst(ticks, Effect.all([changes, entries, passing, hub.run], { concurrency: "unbounded" }))
    // somebody may have come in the meantime, and then it goes on
    if (hub.listeners === 0) hub.rest()
  })
  return Effect.forever(once)
}
