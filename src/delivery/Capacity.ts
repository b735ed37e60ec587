import { groupOf, type Item, StoreRefused } from "./KeyedQueue.ts"

/** How much waits in a queue: all in all, and of one group. */
export interface Waiting {
  readonly size: number
  readonly sizeOf: (group: string) => number
}

/**
 * Why `fresh`, in which ids may repeat, cannot be kept besides what is `waiting`; undefined when it can. A group may hold
 * no more than is left for the others.
 */
export const refusal = (
  { capacity, name }: { readonly capacity: number; readonly name: string },
  waiting: Waiting,
  fresh: ReadonlyArray<Pick<Item<unknown>, "id" | "key">>
): StoreRefused | undefined => {
  // No group can hold more than is left while the whole is at most half full.
  if (2 * (waiting.size + fresh.length) <= capacity) return undefined
  const groups = new Map(fresh.map(({ id, key }) => [id, groupOf(key)]))
  const left = capacity - waiting.size - groups.size
  const counts = new Map<string, number>()
  for (const group of groups.values()) counts.set(group, (counts.get(group) ?? waiting.sizeOf(group)) + 1)
  for (const [group, count] of counts) {
    if (count <= left) continue
    return new StoreRefused({
      store: name,
      full: true,
      cause: `full for ${group}: it would have ${count} waiting and leave ${Math.max(left, 0)} of ${capacity} places for the others, so nothing of the ${groups.size} offered was kept`
    })
  }
  return undefined
}
