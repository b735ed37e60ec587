import * as Arrays from "effect/Array"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { longest, Memory, most, type Turn } from "../handler/Memory.ts"
import { groupOf, type StoreRefused } from "./KeyedQueue.ts"
import type { Draft } from "./SqlStore/Draft.ts"
import { none } from "./SqlStore/Naming.ts"
import { read, written } from "./SqlStore/Words.ts"
import { SqlStore } from "./SqlStore.ts"

const name = "memory"

/** How long what the store refused waits. */
const refusedPause = Duration.seconds(1)

/** How often there is looked for turns that are too old. */
const tidied = Duration.toMillis("1 hour")

const Told = Schema.parseJson(Schema.Struct({ asked: Schema.String, answered: Schema.String }))
const encodeTold = Schema.encodeSync(Told)
const decodeTold = Schema.decodeOption(Told)

const Row = Schema.Tuple(Schema.String, Schema.Number, Schema.String)
const decodeRows = Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ answer: Schema.parseJson(Schema.Array(Row)) })))

/** Whoever answers cannot settle either while the store refuses, so there is nothing to hurry for. */
const untilTaken = <A>(asked: Effect.Effect<A, StoreRefused>): Effect.Effect<A> =>
  Effect.catchAll(asked, ({ message }) =>
    Effect.zipRight(
      Effect.logWarning(`what was said so far waits for the store: ${message}`),
      Effect.eventually(Effect.delay(asked, refusedPause))
    )
  )

const make = Effect.gen(function* () {
  const journal = yield* SqlStore
  let looked = 0

  const change = (key: string, plan: (draft: Draft) => void) =>
    untilTaken(
      journal.commit(() => ({
        store: name,
        accounts: [groupOf(key)],
        asks: none,
        plan: (draft) => {
          plan(draft)
          return undefined
        },
        applied: constVoid
      }))
    )

  return {
    recall: (key: string) =>
      journal
        .aside(name, ({ ask }) =>
          Effect.flatMap(ask(journal.statements.turns, [written(key), most]), (rows) => Effect.orDie(decodeRows(rows)))
        )
        .pipe(
          untilTaken,
          Effect.map(([{ answer }]) =>
            Arrays.filterMap(answer.toReversed(), ([event, at, told]) =>
              Option.map(decodeTold(read(told)), (told): Turn => ({ event: read(event), at, ...told }))
            )
          )
        ),
    keep: (key: string, { answered, asked, at, event }: Turn, since: number) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        change(key, (draft) => {
          draft.turn(key, event, at, encodeTold({ asked, answered }))
          draft.forget(key, since)
          if (now - looked < tidied) return
          looked = now
          draft.forgetAll(now - Duration.toMillis(longest))
        })
      ),
    forget: (key: string) => change(key, (draft) => draft.forget(key, Number.MAX_SAFE_INTEGER))
  }
})

/** What was said so far, in the same store as the queues: there again in the next process. */
export const layer: Layer.Layer<Memory, never, SqlStore> = Layer.effect(Memory, make)
