import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccountId } from "../domain/Address.ts"
import { groupOf } from "../delivery/KeyedQueue.ts"
import type { Selection, Settled } from "../http/Api.ts"
import { type LetterName, type QueueName, summaryOf } from "../http/Api/DeadLetter.ts"
import { ask, type Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import * as Letters from "./Control/Letters.ts"
import * as Page from "./Dead/Page.ts"
import { line } from "./Printable.ts"
import * as Session from "./Session.ts"

export interface Narrowed {
  readonly json: boolean
  readonly account: Option.Option<AccountId>
  readonly queue: Option.Option<QueueName>
}

const print = (text: string) => Effect.sync(() => void process.stdout.write(text === "" ? "" : `${text}\n`))

const printJson = (values: ReadonlyArray<unknown>) => print(values.map((value) => JSON.stringify(value)).join("\n"))

const where = ({ desks, store }: Desks.Desks): string =>
  desks.some(({ process }) => process !== undefined)
    ? `as ${desks.map(({ name }) => name).join(" and ")} ${desks.length === 1 ? "says" : "say"}`
    : `no process runs, and the store is ${store}`

/** Lists what was put aside. */
export const list = ({ account, json, queue }: Narrowed) =>
  Session.within(() =>
    Effect.gen(function* () {
      const desks = yield* Desks.open
      const all = yield* Letters.list(desks.desks, {})
      const shown = all.filter(
        (letter) =>
          Option.match(account, {
            onNone: () => true,
            onSome: (account) => groupOf(letter.conversation) === account
          }) && Option.match(queue, { onNone: () => true, onSome: (queue) => letter.queue === queue })
      )
      if (json) return yield* printJson(shown.map(summaryOf))
      if (shown.length === 0)
        return yield* print(`${all.length === 0 ? "Nothing" : "Nothing of that"} is dead: ${where(desks)}.`)
      const ids = Letters.shortened(all.map(({ id }) => id))
      yield* print(Page.list(shown, ids, yield* Clock.currentTimeMillis))
    }).pipe(Effect.scoped)
  )

/** What is wrong with what was named, one line for each. */
const complaint = (meant: Letters.Meant): ReadonlyArray<string> => {
  if (meant._tag === "One") return []
  if (meant._tag === "None")
    return [`there is no dead letter ${line(meant.text)}; holdfast dead list shows those there are`]
  const shown = meant.letters.slice(0, 5).map(({ id, queue }) => `${line(id)} (--queue ${queue})`)
  const more = meant.letters.length > shown.length ? " …" : ""
  return [`${line(meant.text)} may mean ${meant.letters.length} of them: ${shown.join(", ")}${more}; say more of it`]
}

/** The letters that all of these texts mean; where one means none or several, that is said and nothing is done. */
const named = (desks: ReadonlyArray<Desk>, texts: ReadonlyArray<string>, queue: Option.Option<QueueName>) =>
  Effect.flatMap(Letters.find(desks, texts, Option.getOrUndefined(queue)), (all) => {
    const complaints = all.flatMap(complaint)
    return complaints.length > 0
      ? Session.fail(complaints)
      : Effect.succeed(all.flatMap((meant) => (meant._tag === "One" ? [meant.letter] : [])))
  })

/** Shows all that is known of one dead letter, its content included. */
export const show = ({ id, json, queue }: Omit<Narrowed, "account"> & { readonly id: string }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { desks } = yield* Desks.open
      const letters = yield* named(desks, [id], queue)
      yield* Effect.forEach(letters, ({ desk, id, queue }) =>
        Effect.gen(function* () {
          const letter = yield* ask(desk, desk.client.dead.show({ urlParams: { queue, id } }))
          yield* json ? printJson([letter]) : print(Page.whole(letter, yield* Clock.currentTimeMillis))
        })
      )
    }).pipe(Effect.scoped)
  )

export interface Selecting extends Narrowed {
  readonly ids: ReadonlyArray<string>
  readonly all: boolean
}

/** What each desk is to do. */
const chosen = (desks: ReadonlyArray<Desk>, { account, all, ids, queue }: Selecting) =>
  Effect.gen(function* () {
    if (all) {
      const filter = {
        ...Option.match(account, { onNone: () => ({}), onSome: (account) => ({ account }) }),
        ...Option.match(queue, { onNone: () => ({}), onSome: (queue) => ({ queue }) })
      }
      return desks.map((desk): readonly [Desk, Selection] => [desk, { all: true, ...filter }])
    }
    const letters = yield* named(desks, ids, queue)
    return desks.flatMap((desk): ReadonlyArray<readonly [Desk, Selection]> => {
      const own = letters.flatMap((letter): ReadonlyArray<LetterName> =>
        letter.desk === desk ? [{ queue: letter.queue, id: letter.id }] : []
      )
      return own.length === 0 ? [] : [[desk, { letters: own }]]
    })
  })

/** Why not all of it was done. */
const shortfalls = ({ refused, unknown }: Settled): ReadonlyArray<string> => [
  ...unknown.map(({ id }) => `${line(id)} is no dead letter any more: somebody was faster`),
  ...(refused === undefined ? [] : [`the store refused, and ${refused.left} are as they were: ${refused.message}`])
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
