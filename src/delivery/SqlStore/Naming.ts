import { written } from "./Words.ts"

/** How the items of a queue stand in a store. */
export interface Naming {
  /** What errors and logs call the queue, and what its rows are kept under. */
  readonly name: string
  /**
   * The queue of what its items come of, if they come of any: the ids of these theirs begin with, up to the last "#". There
   * they stand under its number. Platforms give ids in no order, so that each would be written to a page of its own.
   */
  readonly origin?: string
}

/** What an item comes of, by its id, and what tells it apart from others that come of it. */
export interface Descent {
  readonly root: string
  readonly rest: string
}

/** The descent of an id as it is written, if it has one in its queue. */
export const descent = ({ origin }: Naming, id: string): Descent | undefined => {
  if (origin === undefined || id.startsWith('"')) return undefined
  const end = id.lastIndexOf("#")
  return end < 1 ? undefined : { root: id.slice(0, end), rest: id.slice(end) }
}

/** An id, as it is asked for: it may stand by itself, or under what it comes of. */
export type Asked = readonly [queue: string, id: string, origin?: string, root?: string, rest?: string]

/** How to ask for an id as it is written. */
export const asked = (naming: Naming, id: string): Asked => {
  const { name, origin } = naming
  const of = descent(naming, id)
  return of === undefined || origin === undefined ? [name, id] : [name, id, origin, of.root, of.rest]
}

/** The same for any id, as the parameters of a statement that asks for one. */
export const askedAlone = (naming: Naming, id: string): ReadonlyArray<string> => {
  const [queue, name, origin = "", root = "", rest = ""] = asked(naming, written(id))
  return [queue, name, origin, root, rest]
}

/** The ids that something to be kept is kept under. */
export interface Asks {
  readonly count: number
  /** those of which there may be something to hear; with `all`, those too that would be written once only anyway */
  readonly rows: (all: boolean) => ReadonlyArray<Asked>
}

/** For what is kept under no id. */
export const none: Asks = { count: 0, rows: () => [] }

/** What is heard of an id that was asked for, if anything: the number of what it comes of, or 0, and 1 if it is known. */
export type Heard = readonly [queue: string, id: string, origin: number, known: number]
