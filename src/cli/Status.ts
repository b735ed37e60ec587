import * as Effect from "effect/Effect"
import * as Colour from "./Colour.ts"
import * as Desks from "./Control/Desks.ts"
import { expected, named } from "./Control/Named.ts"
import { print, printJson } from "./Output.ts"
import { codes, Ended } from "./Process.ts"
import * as Session from "./Session.ts"
import { page } from "./Status/Page.ts"
import * as Snapshot from "./Status/Snapshot.ts"
import { watch } from "./Status/Watch.ts"

export interface StatusOptions {
  readonly json: boolean
  readonly watch: boolean
  /** only these */
  readonly accounts: ReadonlyArray<string>
}

/** Says how the accounts stand, once or for as long as somebody watches. */
export const status = ({ accounts, json, watch: watching }: StatusOptions) =>
  Session.within(() =>
    watching
      ? watch({ json, accounts })
      : Effect.gen(function* () {
          const desks = yield* Desks.open
          const names = accounts.length > 0 ? yield* named(desks, accounts) : expected(desks)
          const snapshot = yield* Snapshot.take(desks, names)
          yield* json ? printJson(snapshot.rows) : print(page(snapshot, Colour.of(process.stdout)))
          const code = Snapshot.codeOf(snapshot)
          if (code !== codes.done) return yield* Effect.fail(new Ended(code))
        }).pipe(Effect.scoped)
  )
