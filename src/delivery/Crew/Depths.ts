import type { Depth } from "../KeyedQueue.ts"
import type { Lanes } from "./Lanes.ts"

/** How much of each group waits in these lanes or is dead, given how many are dead of which. */
export const depths = (
  lanes: Pick<Lanes<unknown>, "waiting">,
  counts: Iterable<readonly [group: string, dead: number]>
): ReadonlyMap<string, Depth> => {
  const all = new Map<string, Depth>()
  for (const { group, oldest, size } of lanes.waiting()) all.set(group, { waiting: size, dead: 0, oldest })
  for (const [group, more] of counts) {
    if (more === 0) continue
    const { dead, ...rest } = all.get(group) ?? { waiting: 0, dead: 0, oldest: undefined }
    all.set(group, { ...rest, dead: dead + more })
  }
  return all
}
