import type { Access } from "../Api/Access.ts"

/** Who asks to be let in, and who was. */
export type Listed = Pick<Access, "account" | "asking" | "guests">

/** How many they are of one account, and when the last of them came; Unix milliseconds. */
export interface Counted {
  readonly account: string
  readonly asking: number
  readonly guests: number
  readonly last: number
}

/** Of each account of which there are any. */
export const counted = (all: ReadonlyArray<Listed>): ReadonlyArray<Counted> =>
  all.flatMap(({ account, asking, guests }) => {
    const last = Math.max(asking.at(-1)?.at ?? 0, guests.at(-1)?.since ?? 0)
    return last === 0 ? [] : [{ account, asking: asking.length, guests: guests.length, last }]
  })
