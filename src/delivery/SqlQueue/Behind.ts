import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { firstOf, keptIn } from "../Crew/Lane.ts"
import type { Lanes } from "../Crew/Lanes.ts"
import type { Kept, KeyedQueue } from "../KeyedQueue.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import type { Codec } from "./Codec.ts"
import { texts } from "./Open.ts"
import type { Slot } from "./Window.ts"

/** Tells what waits behind the head of a lane; what is not in memory is read. */
export const behind = <A>(parts: {
  readonly name: string
  readonly lanes: Lanes<Slot<A>>
  readonly codec: Codec<A>
  readonly journal: Journal
}): KeyedQueue<A>["behind"] => {
  const { codec, journal, lanes, name } = parts
  return (key, most) =>
    Effect.suspend(() => {
      const lane = lanes.of(key)
      if (lane === undefined) return Effect.succeed([])
      const [, ...links] = firstOf(lane.head, most)
      // those at hand, which may have to make room while the others are read
      const values = new Map(links.map(({ value: { seq, value } }) => [seq, value]))
      const missing = [...values].flatMap(([seq, value]) => (value === undefined ? [seq] : []))
      const read =
        missing.length === 0 ? Effect.succeed([]) : journal.aside(name, (session) => texts(journal, session, missing))
      return Effect.map(read, (found) => {
        for (const [seq, text] of found) values.set(seq, Either.getOrUndefined(codec.decode(text)))
        const all: Array<Kept<A>> = []
        for (const link of links) {
          const value = values.get(link.value.seq)
          if (value === undefined) break
          all.push({ ...keptIn(lane, link), value })
        }
        return all
      })
    })
}
