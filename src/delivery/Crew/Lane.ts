import * as Order from "effect/Order"
import type { Kept } from "../KeyedQueue.ts"
import { Line, type Standing } from "./Line.ts"

/** What came in one commit shares this, where a number in each item would be an object of its own. */
export interface Commit {
  /** Unix milliseconds */
  readonly at: number
}

/** One item that waits: very many may, so each is one object and has its key from its lane. */
export interface Link<A> {
  readonly id: string
  readonly value: A
  readonly kept: Commit
  attempts: number
  next: Link<A> | undefined
}

/** The work of one key, oldest first and never empty. Only the head is worked on, and stays in its place meanwhile. */
export interface Lane<A> extends Standing<Lane<A>> {
  readonly key: string
  readonly group: Group<A>
  /** tells lanes apart that are due at the same time */
  readonly ordinal: number
  head: Link<A>
  last: Link<A>
  /** monotonic milliseconds while the lane is put off, otherwise undefined */
  until: number | undefined
  /** woken since it was held last */
  woken: boolean
  /** the work on its head is over, and what became of that is being kept */
  parting: boolean
  /** the work on its head was begun, and has neither come to anything that is kept nor been given back */
  begun: boolean
}

/** What became of an item before it came into its lane; put off until then, in monotonic milliseconds, if it is the head. */
export interface Past {
  readonly attempts: number
  readonly until: number | undefined
}

export const untouched: Past = { attempts: 0, until: undefined }

/** An item, as it is kept in a lane. */
export const keptIn = <A>({ key }: Lane<unknown>, { attempts, id, kept, value }: Link<A>): Kept<A> => ({
  id,
  key,
  value,
  attempts,
  keptAt: kept.at
})

/** The head of a lane, and so many of those behind it as there are, `behind` at most. */
export const firstOf = <A>(head: Link<A>, behind: number): ReadonlyArray<Link<A>> => {
  const links = [head]
  for (let link = head.next; link !== undefined && links.length <= behind; link = link.next) links.push(link)
  return links
}

/** The lanes of one group, never none. */
export interface Group<A> extends Standing<Group<A>> {
  readonly name: string
  readonly lanes: Map<string, Lane<A>>
  readonly ready: Line<Lane<A>>
  /** items, in all its lanes */
  size: number
  /** lanes that are worked on, and lanes that part */
  held: number
  parting: number
  inTurn: boolean
  /** nothing of it is held any more from now on */
  closed: boolean
  /** whoever still holds a lane of it holds nothing */
  forgotten: boolean
}

export const soonest = <A>(): Order.Order<Lane<A>> =>
  Order.combine(
    Order.mapInput(Order.number, (lane) => lane.until ?? 0),
    Order.mapInput(Order.number, (lane) => lane.ordinal)
  )

export const emptyGroup = <A>(name: string): Group<A> => ({
  name,
  lanes: new Map(),
  ready: new Line(),
  size: 0,
  held: 0,
  parting: 0,
  inTurn: false,
  closed: false,
  forgotten: false,
  behind: undefined
})
