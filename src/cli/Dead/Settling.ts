import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import { mostLetters, type Selection, type Settled } from "../../http/Api.ts"
import { ask, type Desk } from "../Control/Desk.ts"
import * as Desks from "../Control/Desks.ts"
import { print, printJson } from "../Output.ts"
import { line } from "../Printable.ts"
import * as Session from "../Session.ts"
import { filterOf, named, type Narrowing } from "./Named.ts"

export interface Selecting extends Narrowing {
  readonly json: boolean
  readonly ids: ReadonlyArray<string>
  readonly all: boolean
}

/** What each desk is to do. */
const chosen = (desks: ReadonlyArray<Desk>, { all, ids, ...narrowing }: Selecting) =>
  Effect.gen(function* () {
    if (all) return desks.map((desk): readonly [Desk, Selection] => [desk, { all: true, ...filterOf(narrowing) }])
    const letters = yield* named(desks, ids, narrowing)
    return desks.flatMap((desk) => {
      const own = letters.filter((letter) => letter.desk === desk).map(({ id, queue }) => ({ id, queue }))
      return Array.chunksOf(own, mostLetters).map((letters): readonly [Desk, Selection] => [desk, { letters }])
    })
  })

/** Why not all of it was done. */
const shortfalls = ({ refused, unknown }: Settled): ReadonlyArray<string> => [
  ...unknown.map(({ id }) => `${line(id)} is no dead letter any more: somebody was faster`),
  ...(refused === undefined
    ? []
    : [`${refused.left} ${refused.left === 1 ? "is as it was" : "are as they were"}: ${refused.message}`])
]

// a union is taken one by one
const settle = (desk: Desk, verb: "retry" | "drop", payload: Selection) =>
  ask(desk, "all" in payload ? desk.client.dead[verb]({ payload }) : desk.client.dead[verb]({ payload }))

const settling = (verb: "retry" | "drop", said: (done: number, stopped: boolean) => string) => (selecting: Selecting) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { all, ids, json } = selecting
      if (all === ids.length > 0)
        return yield* Session.fail([`name dead letters by their ids, or all of them with --all`])
      const desks = yield* Desks.open
      const choices = yield* chosen(desks.desks, selecting)
      const settled = yield* Effect.forEach(choices, ([desk, payload]) => settle(desk, verb, payload))
      const done = settled.reduce((sum, each) => sum + each.done, 0)
      const stopped = choices.some(([{ process }]) => process === undefined)
      yield* json
        ? printJson([
            {
              done,
              unknown: settled.flatMap(({ unknown }) => unknown),
              refused: settled.flatMap(({ refused }) => refused ?? [])
            }
          ])
        : print(said(done, stopped))
      const complaints = settled.flatMap(shortfalls)
      if (complaints.length > 0) return yield* Session.fail(complaints)
    }).pipe(Effect.scoped)
  )

const plural = (done: number, none: string, one: string, many: string): string =>
  done === 0 ? none : done === 1 ? one : many

/** Gives what was put aside another life. */
export const retry = settling("retry", (done, stopped) => {
  const waits = stopped ? "until a process runs" : "for its turn"
  return plural(
    done,
    "Nothing was retried.",
    `1 was retried; it waits ${waits}.`,
    `${done} were retried; each waits ${waits}.`
  )
})

/** Gives up for ever what was put aside. */
export const drop = settling("drop", (done) =>
  plural(done, "Nothing was dropped.", "1 was dropped.", `${done} were dropped.`)
)
