import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { summaryOf } from "../http/Api/DeadLetter.ts"
import { ask } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import * as Letters from "./Control/Letters.ts"
import { filterOf, named, type Narrowing } from "./Dead/Named.ts"
import * as Page from "./Dead/Page.ts"
import { print, printJson } from "./Output.ts"
import * as Session from "./Session.ts"

const where = ({ desks, store }: Desks.Desks): string =>
  desks.some(({ process }) => process !== undefined)
    ? `, as ${desks.map(({ name }) => name).join(" and ")} ${desks.length === 1 ? "says" : "say"}`
    : `: no process answers, and the store is ${store}`

/** Lists what was put aside. */
export const list = ({ json, ...narrowing }: Narrowing & { readonly json: boolean }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const desks = yield* Desks.open
      const all = yield* Letters.list(desks.desks, {})
      const shown = all.filter(Letters.passes(filterOf(narrowing)))
      if (json) return yield* printJson(shown.map(summaryOf))
      if (shown.length === 0)
        return yield* print(`${all.length === 0 ? "Nothing" : "Nothing of that"} is dead${where(desks)}.`)
      const ids = Letters.shortened(all.map(({ id }) => id))
      yield* print(Page.list(shown, ids, yield* Clock.currentTimeMillis))
    }).pipe(Effect.scoped)
  )

/** Shows all that is known of one dead letter, its content included. */
export const show = ({ id, json, ...narrowing }: Narrowing & { readonly json: boolean; readonly id: string }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { desks } = yield* Desks.open
      const letters = yield* named(desks, [id], narrowing)
      yield* Effect.forEach(letters, ({ desk, id, queue }) =>
        Effect.gen(function* () {
          const letter = yield* ask(desk, desk.client.dead.show({ urlParams: { queue, id } }))
          yield* json ? printJson([letter]) : print(Page.whole(letter, yield* Clock.currentTimeMillis))
        })
      )
    }).pipe(Effect.scoped)
  )
