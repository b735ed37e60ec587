import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { line } from "../Printable.ts"
import { codes, type Ended } from "../Process.ts"
import * as Session from "../Session.ts"
import type { Desks } from "./Desks.ts"

/** All accounts that somebody who can be asked, or the store, knows of. */
export const known = ({ desks, owners }: Pick<Desks, "desks" | "owners">): ReadonlyArray<string> =>
  [...new Set([...desks.flatMap(({ accounts }) => [...accounts.keys()]), ...owners.keys()])].sort()

/** Those of which a person expects that they are kept connected: what a process that stopped let go of is, unless others run. */
export const expected = ({ desks, owners }: Pick<Desks, "desks" | "owners">): ReadonlyArray<string> => {
  const kept = new Set(desks.flatMap(({ accounts }) => [...accounts.keys()]))
  const runs = desks.some(({ process }) => process !== undefined)
  return known({ desks, owners }).filter(
    (account) => kept.has(account) || !runs || Option.isSome(owners.get(account) ?? Option.none())
  )
}

/** The accounts that a text may mean: one written out means itself alone, else those that it begins, or whose name it begins. */
export const meant = (text: string, accounts: ReadonlyArray<string>): ReadonlyArray<string> =>
  accounts.includes(text)
    ? [text]
    : accounts.filter((id) => id.startsWith(text) || id.slice(id.indexOf(":") + 1).startsWith(text))

/** What is wrong with a text that means none of these accounts, or several. */
const complaint = (text: string, found: ReadonlyArray<string>, accounts: ReadonlyArray<string>): string =>
  found.length > 1
    ? `${line(text)} may be ${found.join(" or ")}: say more of it`
    : `there is no account ${line(text)}; there ${accounts.length === 1 ? "is" : "are"} ${accounts.join(", ")}`

/** The accounts that these texts mean, each once. Where one means none or several, that ends the program. */
export const named = (
  desks: Pick<Desks, "desks" | "owners" | "store">,
  texts: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, Ended> => {
  const accounts = known(desks)
  if (texts.length > 0 && accounts.length === 0) return Session.fail([nobody(desks.store)], codes.unanswered)
  const found = texts.map((text) => meant(text, accounts))
  const complaints = found.flatMap((all, index) =>
    all.length === 1 ? [] : [complaint(texts[index] ?? "", all, accounts)]
  )
  return complaints.length > 0 ? Session.fail(complaints, codes.unknown) : Effect.succeed([...new Set(found.flat())])
}

/** Nobody is there to be asked. */
export const nobody = (store: string): string =>
  `no process answers, and no account is known: the store is ${store}; start holdfast run first, or call this in the folder of its .env, as the user that it runs as`
