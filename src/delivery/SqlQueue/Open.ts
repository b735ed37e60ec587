import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { Lane } from "../Crew/Lane.ts"
import type { Shop } from "../Crew/Shop.ts"
import { dead, done, type Kept, type Outcome, type StoreRefused } from "../KeyedQueue.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import type { Session } from "../SqlStore/Layout.ts"
import type { Codec } from "./Codec.ts"
import type { Slot, Window } from "./Window.ts"

// How long a worker waits for a value that the store does not give.
const refusedPause = 1000

const Loaded = Schema.Tuple(
  Schema.Struct({ answer: Schema.parseJson(Schema.Array(Schema.Tuple(Schema.Number, Schema.String))) })
)
const decodeLoaded = Schema.decodeUnknown(Loaded)

/** The texts of these slots, by their numbers in the store. */
export const texts = (
  { statements }: Journal,
  { ask }: Session,
  seqs: Iterable<number>
): Effect.Effect<ReadonlyArray<readonly [seq: number, text: string]>, SqlError> =>
  ask(statements.load, [JSON.stringify([...seqs])]).pipe(
    Effect.flatMap((rows) => Effect.orDie(decodeLoaded(rows))),
    Effect.map(([{ answer }]) => answer)
  )

/** Opens the heads of lanes: a value that is not in memory is read, and with it those that will be needed next. */
export const open = <A>(parts: {
  readonly name: string
  readonly window: Window<A>
  readonly codec: Codec<A>
  readonly journal: Journal
}): Shop<Slot<A>, A, never>["open"] => {
  const { codec, journal, name, window } = parts
  let refusals = 0

  const work = (lane: Lane<Slot<A>>, value: A): Kept<A> => {
    const { head, key } = lane
    const { attempts, id, kept } = head
    return { id, key, value, attempts, keptAt: kept.at }
  }

  const load = (lane: Lane<Slot<A>>, session: Session): Effect.Effect<string | undefined, SqlError> => {
    const wanted = new Map(window.wanted(lane).map((slot) => [slot.seq, slot]))
    return texts(journal, session, wanted.keys()).pipe(
      Effect.map((answer) => {
        let own: string | undefined
        for (const [seq, text] of answer) {
          const slot = wanted.get(seq)
          if (slot === lane.head.value) own = text
          const value = codec.decode(text)
          // what cannot be read is found out again when its turn comes
          if (slot !== undefined && slot.size === 0 && Either.isRight(value))
            window.hold(slot, value.right, text.length)
        }
        return own
      })
    )
  }

  const unreadable = (lane: Lane<Slot<A>>, text: string | undefined): Effect.Effect<Kept<A>, Outcome<never>> => {
    const { id } = lane.head
    if (text === undefined)
      return Effect.zipRight(
        Effect.logWarning(`${name}: ${id} is not in the store any more, so it is taken for done`),
        Effect.fail(done())
      )
    const why = Either.match(codec.decode(text), { onLeft: (left) => left, onRight: () => "it was not in memory" })
    return Effect.zipRight(
      Effect.logError(`${name}: ${id} cannot be read (${why}) and is put aside`),
      Effect.fail(dead(`what is kept of it cannot be read: ${why}`))
    )
  }

  const wait = (refused: StoreRefused): Effect.Effect<void> =>
    Effect.zipRight(
      refusals++ % 60 === 0 ? Effect.logWarning(`${name}: work waits to be read: ${refused.message}`) : Effect.void,
      Effect.sleep(refusedPause)
    )

  const opened = (lane: Lane<Slot<A>>): Effect.Effect<Kept<A>, Outcome<never>> => {
    const { value: slot } = lane.head
    // Asked again when it is its turn: another's page may have had it.
    const read = journal.aside(name, (session) => (slot.size > 0 ? Effect.succeed("") : load(lane, session)))
    return Effect.matchEffect(read, {
      onFailure: (refused) =>
        Effect.zipRight(
          wait(refused),
          Effect.suspend(() => opened(lane))
        ),
      onSuccess: (text) => (slot.value === undefined ? unreadable(lane, text) : Effect.succeed(work(lane, slot.value)))
    })
  }
  return (lane) => {
    const { value } = lane.head.value
    return value === undefined ? opened(lane) : work(lane, value)
  }
}
