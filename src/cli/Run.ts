import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Gateway } from "../gateway/Gateway.ts"
import * as Node from "../node/index.ts"
import * as Answering from "./Control/Answering.ts"
import * as Guard from "./Guard.ts"
import * as Hangup from "./Hangup.ts"
import * as Logging from "./Logging.ts"
import * as Opening from "./Opening.ts"
import { Patience } from "./Process.ts"
import * as Reconfiguration from "./Reconfiguration.ts"
import * as Session from "./Session.ts"
import * as Settings from "./Settings.ts"
import * as Store from "./Store.ts"
import * as StoreUrl from "./StoreUrl.ts"
import * as Telemetry from "./Telemetry.ts"
import * as Variables from "./Variables.ts"

/** One sentence for each account that is excepted from readiness and is none of ours. */
const unknown = ({ accounts, answering: { except } }: Settings.Settings): ReadonlyArray<string> => {
  const ids = new Set<string>(accounts.map(({ account }) => account.id))
  return [...except]
    .filter((id) => !ids.has(id))
    .map((id) => `HOLDFAST_READY_EXCEPT names ${id}, which is no account of this process`)
}

const gateway = (settings: Settings.Settings, values: ReadonlyMap<string, string>) =>
  Effect.gen(function* () {
    const config = settings.gateway
    const accounts = settings.accounts.map(({ account }) => account)
    yield* Effect.addFinalizer((exit) => (Exit.isInterrupted(exit) ? Effect.logInfo("stopped") : Effect.void))
    const onHangup = yield* Hangup.each
    const place = StoreUrl.told(settings.store)
    // heard before anything is kept, and until nothing is kept any more
    const answering = yield* Answering.open(settings.answering, place)
    const stores = yield* Effect.catchAll(Opening.open(place, Store.layer(settings.store, answering.address)), (why) =>
      Session.refuse([`${place}: ${Store.reason(why)}`])
    )
    yield* Effect.logInfo(`events, messages and resume points are kept in ${place}`)
    // a store may take its time to open, and to be brought up to date; from here on everything moves
    const guard = yield* Guard.open(settings.guard)
    // opened later, so closed sooner: what is drained is still kept
    const gateway = Layer.unwrapScoped(
      Effect.map(settings.handler, (handler) => Gateway.layer({ accounts, handler, config }))
    )
    const kept = yield* gateway.pipe(
      Layer.provideMerge(Node.layer),
      Layer.provideMerge(Layer.succeedContext(stores)),
      Layer.build
    )
    const { add, reload: anew } = yield* Reconfiguration.make({ values, settings }, kept)
    const reload = guard.reloading(anew)
    yield* guard.over(kept)
    yield* answering.answer(kept, { add, reload })
    yield* onHangup(reload)
    yield* Effect.forEach(unknown(settings), (line) => Effect.logWarning(line), { discard: true })
    const within = Duration.format(config.drainWithin)
    yield* Effect.addFinalizer(() => Effect.logInfo(`asked to stop: what was begun is finished, for at most ${within}`))
    yield* Effect.logInfo(`keeping ${accounts.map(({ id }) => id).join(", ")} connected`)
    return yield* Effect.never
  }).pipe(Effect.scoped)

/** What is said by an option is said as by a variable, whenever the environment is read. */
const said = (exec: Option.Option<string>) =>
  Effect.sync(() => {
    if (Option.isSome(exec)) Object.assign(process.env, { HOLDFAST_HANDLER: "exec", HOLDFAST_EXEC: exec.value })
  })

/** Keeps the accounts of the environment connected until asked to stop; with none, lets a person try it out. */
export const run = ({ exec, json }: { readonly exec: Option.Option<string>; readonly json: boolean }) =>
  Effect.zipRight(
    said(exec),
    Session.within(({ values, whole }) =>
      Effect.gen(function* () {
        yield* whole
        const settings = yield* Settings.read
        const patience = yield* Patience
        yield* patience.set(settings.gateway.drainWithin)
        const rehearsing = settings.accounts.length === 0
        const typos = Variables.typos(values)
        const body = Effect.gen(function* () {
          if (!rehearsing) {
            yield* Effect.forEach(typos, (typo) => Effect.logWarning(typo), { discard: true })
            return yield* gateway(settings, values)
          }
          for (const typo of typos) process.stderr.write(`holdfast: ${typo}\n`)
          const { demo } = yield* Effect.promise(() => import("./Demo.ts"))
          yield* demo({ ...settings, json })
        })
        // a rehearsal shows by itself what happens; its log is there for who asks for it
        const logging = Logging.layer({ level: rehearsing ? "none" : "info", json })
        return yield* Effect.provide(body, Layer.provideMerge(Telemetry.layer, logging))
      })
    )
  )
