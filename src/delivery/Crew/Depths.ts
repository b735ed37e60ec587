import { type Depth, groupOf } from "../KeyedQueue.ts"
import type { Lanes } from "./Lanes.ts"

/** How much of each group waits in these lanes or is dead, given the key of each of the dead. */
export const depths = (
  lanes: Pick<Lanes<unknown>, "waiting">,
  deadKeys: Iterable<string>
): ReadonlyMap<string, Depth> => {
  const all = new Map<string, Depth>()
  for (const { group, oldest, size } of lanes.waiting()) all.set(group, { waiting: size, dead: 0, oldest })
  for (const key of deadKeys) {
    const group = groupOf(key)
    const { dead, ...rest } = all.get(group) ?? { waiting: 0, dead: 0, oldest: undefined }
    all.set(group, { ...rest, dead: dead + 1 })
  }
  return all
}
