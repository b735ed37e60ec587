import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { liveness, type Liveness, type Phase, readiness, type Readiness } from "../gateway/Health.ts"
import type { AccountStatus } from "../gateway/Status.ts"
import * as Ticks from "./Health/Ticks.ts"

type Statuses = Effect.Effect<ReadonlyArray<AccountStatus>>

/** Whether this process is alive, and does what it is there for. */
export class Health extends Context.Tag("holdfast/http/Health")<
  Health,
  {
    readonly live: Effect.Effect<Liveness>
    readonly ready: Effect.Effect<Readiness>
    /** From now on these are its accounts; when the scope ends, it is stopping. */
    readonly watch: (statuses: Statuses) => Effect.Effect<void, never, Scope.Scope>
  }
>() {
  /** Of a process that has no accounts yet; it is ready without those that are excepted. */
  static readonly layer = (except: ReadonlySet<string>): Layer.Layer<Health> => Layer.scoped(Health, make(except))
}

const none: Statuses = Effect.succeed([])

const make = (except: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const { lag, leapt } = yield* Ticks.make
    let [phase, statuses]: readonly [Phase, Statuses] = ["starting", none]
    const become = (next: Phase, of: Statuses) => Effect.sync(() => void ([phase, statuses] = [next, of]))
    const asked = <A>(judge: (phase: Phase, all: ReadonlyArray<AccountStatus>, now: number) => A) =>
      Effect.suspend(() => Effect.zipWith(statuses, Clock.currentTimeMillis, (all, now) => judge(phase, all, now)))
    return {
      live: Effect.flatMap(Effect.all([lag, leapt]), ([late, slept]) =>
        asked((phase, all, now) => ({ ...liveness(phase, all, now - slept, late), at: now }))
      ),
      ready: asked((phase, all, now) => readiness(phase, all, now, except)),
      watch: (of: Statuses) => Effect.acquireRelease(become("running", of), () => become("stopping", none))
    }
  })

const answer = (good: boolean, body: unknown) => HttpServerResponse.unsafeJson(body, { status: good ? 200 : 503 })

/** What is answered to those who may know all, and to strangers, who are told no names and no reasons. */
export interface Probe {
  readonly full: HttpApp.Default
  readonly brief: HttpApp.Default
}

/** 200 where the process makes progress, 503 where it does not. */
export const livez: Effect.Effect<Probe, never, Health> = Effect.map(Health, ({ live }) => ({
  full: Effect.map(live, (all) => answer(all.live, all)),
  brief: Effect.map(live, ({ live }) => answer(live, { live }))
}))

/** 200 where every account that is minded is connected, 503 where one is not, or the process has none yet, or no more. */
export const readyz: Effect.Effect<Probe, never, Health> = Effect.map(Health, ({ ready }) => ({
  full: Effect.map(ready, (all) => answer(all.ready, all)),
  brief: Effect.map(ready, ({ ready }) => answer(ready, { ready }))
}))
