import * as Effect from "effect/Effect"
import { groupOf } from "../../delivery/KeyedQueue.ts"
import { type Filter, mostListed } from "../../http/Api.ts"
import type { Summary } from "../../http/Api/DeadLetter.ts"
import type { Ended } from "../Process.ts"
import { ask, type Desk } from "./Desk.ts"

/** A dead letter, and who has it. */
export interface Letter extends Summary {
  readonly desk: Desk
}

/** The fewest characters of an id behind its account that are shown. */
const fewest = 8

/** All dead letters of a desk that a filter lets through, page after page. */
const listed = (desk: Desk, filter: Filter, limit: number): Effect.Effect<ReadonlyArray<Letter>, Ended> =>
  Effect.gen(function* () {
    const all: Array<Letter> = []
    let after: string | undefined
    do {
      const urlParams = { ...filter, limit, ...(after === undefined ? undefined : { after }) }
      const page = yield* ask(desk, desk.client.dead.list({ urlParams }))
      for (const letter of page.letters) all.push({ ...letter, desk })
      after = page.next
    } while (after !== undefined)
    return all
  })

/** The same of all desks, the oldest first; `limit` is how many are asked for at once. */
export const list = (
  desks: ReadonlyArray<Desk>,
  filter: Filter,
  limit = mostListed
): Effect.Effect<ReadonlyArray<Letter>, Ended> =>
  Effect.map(
    Effect.forEach(desks, (desk) => listed(desk, filter, limit)),
    (all) => all.flat().sort((one, other) => one.diedAt - other.diedAt)
  )

/** What a text of a person means, where it is an id or its beginning. */
export type Meant =
  | { readonly _tag: "One"; readonly letter: Letter }
  | { readonly _tag: "None"; readonly text: string }
  | { readonly _tag: "Several"; readonly text: string; readonly letters: ReadonlyArray<Letter> }

/** An id means itself before it means the ids that it begins. */
export const meant = (text: string, letters: ReadonlyArray<Letter>): Meant => {
  const whole = letters.filter(({ id }) => id === text)
  const found = whole.length > 0 ? whole : letters.filter(({ id }) => id.startsWith(text))
  const [letter, ...others] = found
  if (letter === undefined) return { _tag: "None", text }
  return others.length === 0 ? { _tag: "One", letter } : { _tag: "Several", text, letters: found }
}

type Narrow = Omit<Filter, "prefix">

/** Whether a letter is of the queue and the account, where those are told. */
export const passes =
  ({ account, queue }: Narrow) =>
  (letter: Summary): boolean =>
    (queue === undefined || letter.queue === queue) &&
    (account === undefined || groupOf(letter.conversation) === account)

/** What each of these texts means among what is dead. */
export const find = (
  desks: ReadonlyArray<Desk>,
  texts: ReadonlyArray<string>,
  filter: Narrow
): Effect.Effect<ReadonlyArray<Meant>, Ended> => {
  const [text, ...others] = texts
  const all = list(desks, text === undefined || others.length > 0 ? filter : { ...filter, prefix: text })
  return Effect.map(all, (letters) => texts.map((text) => meant(text, letters)))
}

/** How much two texts have in common from their beginning. */
const alike = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}

/** For each id the shortest beginning of it, within reason, that means it and nothing else of these. */
export const shortened = (ids: ReadonlyArray<string>): ReadonlyMap<string, string> => {
  const sorted = [...new Set(ids)].sort()
  return new Map(
    sorted.map((id, index) => {
      const neighbours = [sorted[index - 1], sorted[index + 1]].map((other) => alike(id, other ?? ""))
      return [id, id.slice(0, Math.max(...neighbours.map((length) => length + 1), id.indexOf("/") + 1 + fewest))]
    })
  )
}
