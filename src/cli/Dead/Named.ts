import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccountId } from "../../domain/Address.ts"
import type { Filter } from "../../http/Api.ts"
import type { QueueName } from "../../http/Api/DeadLetter.ts"
import type { Desk } from "../Control/Desk.ts"
import * as Letters from "../Control/Letters.ts"
import { line } from "../Printable.ts"
import type { Ended } from "../Process.ts"
import * as Session from "../Session.ts"

/** The dead letters of which alone something is asked. */
export interface Narrowing {
  readonly account: Option.Option<AccountId>
  readonly queue: Option.Option<QueueName>
}

export const filterOf = ({ account, queue }: Narrowing): Omit<Filter, "prefix"> => ({
  ...Option.match(account, { onNone: () => ({}), onSome: (account) => ({ account }) }),
  ...Option.match(queue, { onNone: () => ({}), onSome: (queue) => ({ queue }) })
})

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
export const named = (
  desks: ReadonlyArray<Desk>,
  texts: ReadonlyArray<string>,
  narrowing: Narrowing
): Effect.Effect<ReadonlyArray<Letters.Letter>, Ended> =>
  Effect.flatMap(Letters.find(desks, texts, filterOf(narrowing)), (all) => {
    const complaints = all.flatMap(complaint)
    return complaints.length > 0
      ? Session.fail(complaints)
      : Effect.succeed(all.flatMap((meant) => (meant._tag === "One" ? [meant.letter] : [])))
  })
