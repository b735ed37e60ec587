import * as Effect from "effect/Effect"
import { type Dead, groupOf, type StoreRefused } from "../delivery/KeyedQueue.ts"
import type { Filter, Page, Query, Selection, Settled } from "./Api.ts"
import { type DeadLetter, type LetterName, type QueueName, summaryOf } from "./Api/DeadLetter.ts"
import { accountOf } from "./Conversations.ts"
import type { Shelves } from "./Shelves.ts"

/** What both queues put aside, and what can be done about it. */
export interface DeadLetters {
  readonly list: (query: Query) => Effect.Effect<Page, StoreRefused>
  /** Undefined where there is none of that name. */
  readonly show: (name: LetterName) => Effect.Effect<DeadLetter | undefined, StoreRefused>
  /** Gives what is selected another life, the oldest first; what the store refuses stays dead, and so does all behind it of its account. */
  readonly retry: (selection: Selection) => Effect.Effect<Settled, StoreRefused>
  /** Gives up what is selected for ever. */
  readonly drop: (selection: Selection) => Effect.Effect<Settled, StoreRefused>
}

type Act = (id: string) => Effect.Effect<boolean, StoreRefused>

const common = ({ attempts, diedAt, id, keptAt, key: conversation, reason }: Dead<unknown>) => ({
  id,
  conversation,
  attempts,
  reason,
  keptAt,
  diedAt
})

/** Where a letter stands in the list. The times have one length until the year 2286. */
const placeOf = ({ diedAt, id, queue }: DeadLetter): string => `${diedAt}/${queue}/${id}`

const inOrder = (one: DeadLetter, other: DeadLetter): number =>
  one.diedAt - other.diedAt || (placeOf(one) < placeOf(other) ? -1 : 1)

const matches =
  ({ account, prefix = "" }: Filter) =>
  ({ conversation, id }: DeadLetter): boolean =>
    id.startsWith(prefix) && (account === undefined || groupOf(conversation) === account)

/** Whether a letter comes after a place, whatever has become of the one that was there. */
const isAfter = (place: string) => {
  const at = Number(place.slice(0, place.indexOf("/")))
  return (letter: DeadLetter): boolean => letter.diedAt > at || (letter.diedAt === at && placeOf(letter) > place)
}

const page = (found: ReadonlyArray<DeadLetter>, { after, limit }: Query): Page => {
  const rest = after === undefined ? found : found.filter(isAfter(after))
  const shown = rest.slice(0, limit)
  const last = shown.at(-1)
  return {
    letters: shown.map(summaryOf),
    ...(last === undefined || rest.length <= limit ? undefined : { next: placeOf(last) })
  }
}

/** Does it to one after the other; of an account of which the store refuses one, the others are left as they are too. */
const settle = (names: ReadonlyArray<LetterName>, acts: Readonly<Record<QueueName, Act>>): Effect.Effect<Settled> =>
  Effect.gen(function* () {
    const unknown: Array<LetterName> = []
    const refusals = new Map<string, string>()
    let [done, left] = [0, 0]
    for (const name of names) {
      const account = accountOf(name.id)
      const acted = refusals.has(account) ? undefined : yield* Effect.either(acts[name.queue](name.id))
      if (acted?._tag === "Right") {
        if (acted.right) done++
        else unknown.push(name)
        continue
      }
      if (acted !== undefined) refusals.set(account, acted.left.message)
      left++
    }
    const message = [...new Set(refusals.values())].join("; ")
    return left === 0 ? { done, unknown } : { done, unknown, refused: { left, message } }
  })

/** The dead of an inbox and an outbox. */
export const make = ({ inbox, outbox }: Shelves): DeadLetters => {
  const shelves: Readonly<Record<QueueName, Effect.Effect<ReadonlyArray<DeadLetter>, StoreRefused>>> = {
    inbox: Effect.map(inbox.dead, (all) => all.map((dead) => ({ queue: "inbox", ...common(dead), event: dead.value }))),
    outbox: Effect.map(outbox.dead, (all) =>
      all.map((dead) => ({ queue: "outbox", ...common(dead), message: dead.value }))
    )
  }

  const found = (filter: Filter): Effect.Effect<ReadonlyArray<DeadLetter>, StoreRefused> =>
    Effect.all(filter.queue === undefined ? Object.values(shelves) : [shelves[filter.queue]]).pipe(
      Effect.map((all) => all.flat().filter(matches(filter)).sort(inOrder))
    )

  /** What is named twice is meant once. */
  const named = (selection: Selection): Effect.Effect<ReadonlyArray<LetterName>, StoreRefused> =>
    "all" in selection
      ? found(selection)
      : Effect.succeed([...new Map(selection.letters.map((name) => [`${name.queue}/${name.id}`, name])).values()])

  return {
    list: (query) => Effect.map(found(query), (letters) => page(letters, query)),
    show: ({ id, queue }) => Effect.map(shelves[queue], (all) => all.find((letter) => letter.id === id)),
    retry: (selection) =>
      Effect.flatMap(named(selection), (names) => settle(names, { inbox: inbox.retry, outbox: outbox.retry })),
    drop: (selection) =>
      Effect.flatMap(named(selection), (names) => settle(names, { inbox: inbox.drop, outbox: outbox.drop }))
  }
}
