import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Colour from "./Colour.ts"
import * as Desks from "./Control/Desks.ts"
import { named } from "./Control/Named.ts"
import { past } from "./Control/Past.ts"
import { print, printJson } from "./Output.ts"
import * as Session from "./Session.ts"
import { page } from "./Timeline/Page.ts"

export interface TimelineOptions {
  readonly json: boolean
  readonly account: string
  /** how many of the newest entries are shown; all of them to machines, where it is left out */
  readonly limit: Option.Option<number>
}

/** How many entries a person is shown who does not say how many. */
const usual = 20

/** Says what became of an account: every state that it came to, since when, and why. */
export const timeline = ({ account: text, json, limit }: TimelineOptions) =>
  Session.within(() =>
    Effect.gen(function* () {
      const desks = yield* Desks.open
      const accounts = yield* named(desks, [text])
      yield* Effect.forEach(accounts, (account) =>
        Effect.gen(function* () {
          const entries = yield* past(account, desks)
          const now = yield* Clock.currentTimeMillis
          const { columns = 80 } = process.stdout
          if (json) return yield* printJson(entries.slice(-Option.getOrElse(limit, () => entries.length)))
          if (entries.length === 0) return yield* print(`Nothing is kept of what became of ${account}.`)
          const shown = Option.getOrElse(limit, () => usual)
          yield* print(page(account, entries, { now, shown, columns, paint: Colour.of(process.stdout) }))
        })
      )
    }).pipe(Effect.scoped)
  )
