import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { closeWithin } from "../adapter/Teardown.ts"
import { StoreRefused } from "./KeyedQueue.ts"
import type { Lease, OwnedElsewhere, Owner } from "./Lease.ts"
import { Held } from "./Leases/Held.ts"
import { Register } from "./Leases/Register.ts"
import { ProcessTable } from "./ProcessTable.ts"
import { accountLease } from "./SqlStore/Fence.ts"
import { SqlStore } from "./SqlStore.ts"

export interface Options {
  /** How long a lease lasts that is not renewed. */
  readonly lasts: Duration.Duration
  /** How long after a lease was renewed it is renewed again. */
  readonly renewed: Duration.Duration
  /** How long before its end a lease that could not be renewed is given up: long enough to close whatever hangs on it. */
  readonly margin: Duration.Duration
  /** Where the process that holds leases can be told what to do. */
  readonly control?: string
}

/** 15 seconds; renewed after 2, and given up 5 before the end: a store that is away for 7 s costs nothing. */
export const defaults: Options = {
  lasts: Duration.seconds(15),
  renewed: Duration.seconds(2),
  margin: Duration.seconds(5)
}

// How soon a store is asked again that would not renew.
const refusedPause = 1000

/** What a lease is wanted for. */
export interface Claim {
  readonly account: string
  /** tells credentials apart without giving anything of them away; left out by who is not connected with one */
  readonly fingerprint?: string
}

const monotonic = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos) / 1e6)

const make = (options: Options) =>
  Effect.gen(function* () {
    const journal = yield* SqlStore
    const processes = yield* ProcessTable
    const drawn = yield* Effect.replicateEffect(Random.nextIntBetween(0, 2 ** 31), 4)
    const self: Omit<Owner, "since"> = {
      id: drawn.map((part) => part.toString(36)).join("-"),
      ...processes.self,
      ...(options.control === undefined ? undefined : { control: options.control })
    }
    const lasts = Duration.toMillis(options.lasts)
    const goodFor = lasts - Duration.toMillis(options.margin)
    const register = new Register({ journal, processes, self, lasts })
    const all = new Set<Held>()
    /** open while there is something to renew */
    const some = yield* Effect.makeLatch(false)
    const rest = Effect.sync(() => {
      if ([...all].every(({ isLost }) => isLost)) some.unsafeClose()
    })

    const renewAll = Effect.gen(function* () {
      const asked = yield* monotonic
      const held = [...all].filter(({ isLost }) => !isLost)
      if (held.length === 0) return
      const lost = yield* register.renew(held)
      for (const one of held) {
        const by = lost.get(one)
        if (by === undefined) one.until = asked + goodFor
        else one.lose(by)
      }
    })

    const keepRenewing = some.await.pipe(
      Effect.zipRight(Effect.sleep(options.renewed)),
      Effect.zipRight(
        renewAll.pipe(
          Effect.tapError(({ message }) => Effect.sync(() => all.forEach((held) => (held.why = message)))),
          Effect.retry(Schedule.spaced(refusedPause))
        )
      ),
      Effect.forever
    )

    /** Apart from the renewal, which may hang as long as the store does. */
    const keepWatch = Effect.gen(function* () {
      yield* some.await
      const now = yield* monotonic
      let next = now + goodFor
      for (const held of all) {
        if (held.isLost) continue
        if (held.until <= now)
          held.end({
            cause: `the store has not confirmed for ${Duration.format(Duration.millis(goodFor))} that ${held.account} is ours, so it is let go of before another process may have it: ${held.why ?? "it gives no answer"}`,
            taken: false
          })
        else next = Math.min(next, held.until)
      }
      yield* rest
      yield* Effect.sleep(next - now)
    }).pipe(Effect.forever)

    yield* Effect.forkScoped(keepRenewing)
    yield* Effect.forkScoped(keepWatch)

    const giveUp = (held: Held) =>
      Effect.suspend(() => {
        all.delete(held)
        journal.fence.drop(held.account, held)
        // others may have it once it has expired, when nothing of ours hangs on it any more
        return held.isLost ? Effect.void : register.release(held)
      }).pipe(
        Effect.catchAll(({ message }) => Effect.logDebug(`the lease of ${held.account} ends by itself: ${message}`)),
        Effect.disconnect,
        Effect.interruptible,
        Effect.timeoutOption(closeWithin)
      )

    const take = ({ account, fingerprint }: Claim) =>
      Effect.gen(function* () {
        const credential = fingerprint === undefined ? [] : [`credential:${fingerprint}`]
        for (const held of all) {
          if (held.account !== account && credential.some((name) => held.names.includes(name)))
            return yield* new StoreRefused({
              store: "store",
              cause: `the bot of ${account} is also ${held.account}: one bot can be only one account`
            })
        }
        const asked = yield* monotonic
        const answer = yield* register.grab(account, [accountLease(account), ...credential])
        if (Either.isLeft(answer)) return yield* answer.left
        const held = new Held(account, answer.right, asked + goodFor)
        all.add(held)
        some.unsafeOpen()
        // what is kept from now on stands behind what its earlier owners have kept
        journal.renumber()
        journal.fence.hold(account, held)
        return held
      })

    return {
      self,
      take: (claim: Claim): Effect.Effect<Lease, OwnedElsewhere | StoreRefused, Scope.Scope> =>
        Effect.acquireRelease(take(claim), giveUp)
    }
  })

/** Who owns which account of a store, and as which bot. */
export class Leases extends Context.Tag("holdfast/Leases")<
  Leases,
  {
    /** This process, as it stands in its leases. */
    readonly self: Omit<Owner, "since">
    /**
     * Takes an account together with its credential, or neither; held until the scope ends, and renewed meanwhile. What an
     * owner holds that has ended on this host, or that renews no more, is taken at once.
     */
    readonly take: (claim: Claim) => Effect.Effect<Lease, OwnedElsewhere | StoreRefused, Scope.Scope>
  }
>() {
  static readonly layerWith = (options: Partial<Options>): Layer.Layer<Leases, never, SqlStore | ProcessTable> =>
    Layer.scoped(Leases, make({ ...defaults, ...options }))

  static readonly layer: Layer.Layer<Leases, never, SqlStore | ProcessTable> = Leases.layerWith({})
}
