import type { Event, MessageReceived } from "../../../domain/Event.ts"
import { albumOf, join } from "../Events.ts"
import type { Update } from "../Protocol.ts"

/** An album that may go on in the next batch: its parts so far, at least one. */
export interface Album {
  readonly name: string
  readonly parts: ReadonlyArray<Update>
}

/** What a poll brought, told apart. */
export interface Sorted {
  /** what can be understood now, in order */
  readonly whole: ReadonlyArray<Update>
  /** the album that the batch ends in the middle of, perhaps */
  readonly open: Album | undefined
}

/**
 * Leaves out of a batch the album that it ends with, unless asking once more, for `before`, brought no further part of it.
 * What was seen of `before` and is not given again is not lost.
 */
export const sort = (batch: ReadonlyArray<Update>, before: Album | undefined): Sorted => {
  const [first] = before?.parts ?? []
  const again = before === undefined || batch.some(({ id }) => id === first?.id)
  const all = again ? batch : [...before.parts, ...batch]
  const last = all.at(-1)
  const name = last === undefined ? undefined : albumOf(last)
  if (name === undefined) return { whole: all, open: undefined }
  const parts = all.slice(all.findLastIndex((update) => albumOf(update) !== name) + 1)
  const complete = before?.name === name && parts.length <= before.parts.length
  return complete
    ? { whole: all, open: undefined }
    : { whole: all.slice(0, all.length - parts.length), open: { name, parts } }
}

/** What updates mean: the parts of an album, wherever they stand, are one event in the place of the first. */
export const understand = (
  updates: ReadonlyArray<Update>,
  read: (update: Update) => Event | undefined
): ReadonlyArray<Event> => {
  const events: Array<Event> = []
  const albums = new Map<string, { readonly at: number; readonly parts: Array<MessageReceived> }>()
  for (const update of updates) {
    const event = read(update)
    if (event === undefined) continue
    const name = event._tag === "MessageReceived" ? albumOf(update) : undefined
    if (name === undefined || event._tag !== "MessageReceived") {
      events.push(event)
      continue
    }
    const album = albums.get(name)
    if (album === undefined) albums.set(name, { at: events.push(event) - 1, parts: [event] })
    else album.parts.push(event)
  }
  for (const { at, parts } of albums.values()) events[at] = join(parts)
  return events
}
