import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { Adapter } from "../../adapter/Adapter.ts"
import type { AdapterFatal } from "../../adapter/AdapterError.ts"
import type { Account } from "../../adapter/Platform.ts"
import * as Fatal from "./Fatal.ts"

/** A fresh adapter, which lives as long as `scope`; one that takes too long is left behind. */
export const open = <R>(
  account: Account<R>,
  scope: Scope.Scope,
  within: Duration.Duration
): Effect.Effect<Adapter, AdapterFatal, Exclude<R, Scope.Scope>> =>
  account.open.pipe(
    Scope.extend(scope),
    Effect.disconnect,
    Effect.timeoutFail({
      duration: within,
      onTimeout: () => Fatal.unresponsive(account.id, `opening it took longer than ${Duration.format(within)}`)
    })
  )
