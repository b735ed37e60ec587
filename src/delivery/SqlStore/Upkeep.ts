import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { StoreRefused } from "../KeyedQueue.ts"
import { answer } from "./Answer.ts"
import type { Journal } from "./Journal.ts"
import { blockLasts } from "./Numbers.ts"
import { pause } from "./Pause.ts"
import * as Recall from "./Recall.ts"

/** How long after something was written there is looked for what can go. */
const quiet = Duration.minutes(1)

/** Numbers and times rise together, but for what is told apart by other processes' blocks and clocks; milliseconds. */
const slack = 2 * blockLasts

const decodeEldest = answer(Schema.Tuple(Schema.Number, Schema.Number, Schema.Number))
const Free = Schema.Tuple(Schema.Struct({ free: Schema.Number }))

/** Forgets ids that are older than `before` and neither wait nor are dead, a page in each transaction. */
const unlearn = (journal: Journal, before: number, from = 0): Effect.Effect<void, StoreRefused> => {
  const { statements } = journal
  return journal
    .turn("store", ({ ask }) =>
      Effect.gen(function* () {
        const eldest = yield* decodeEldest(yield* ask(statements.eldest, [from]))
        const old = eldest.filter(([, keptAt]) => keptAt < before)
        const rows = old.filter(([, , used]) => used === 0).map(([seq]) => seq)
        if (rows.length > 0)
          for (const statement of [statements.unlearn, statements.disprove])
            yield* ask(statement, [JSON.stringify(rows)])
        // behind one that is younger than any block lasts there is none that is old
        const onlyOld = eldest.every(([, keptAt]) => keptAt < before + slack)
        return onlyOld ? eldest.at(-1)?.[0] : undefined
      })
    )
    .pipe(
      Effect.flatMap((to) =>
        to === undefined ? Effect.void : Effect.flatMap(pause, () => unlearn(journal, before, to))
      )
    )
}

/** Gives free pages back to the disk, some in each step. */
const shrink = (journal: Journal): Effect.Effect<void, StoreRefused> => {
  const { shrink: words } = journal.dialect
  if (words === undefined) return Effect.void
  const step = journal.aside("store", ({ ask, say }) =>
    Effect.gen(function* () {
      yield* say(words.some)
      const [{ free }] = yield* Effect.orDie(Schema.decodeUnknown(Free)(yield* ask(words.free)))
      if (free === 0) yield* say(words.end)
      return free
    })
  )
  return Effect.flatMap(step, (free) => (free === 0 ? Effect.void : Effect.flatMap(pause, () => shrink(journal))))
}

/** Forgets what is older than `remember`, and gives back the space of what is gone; sleeps while nothing is written. */
export const upkeep = (journal: Journal, remember: Duration.Duration): Effect.Effect<never> => {
  const once = Effect.gen(function* () {
    yield* journal.stirred.await
    journal.stirred.unsafeClose()
    yield* Effect.sleep(quiet)
    const now = yield* Clock.currentTimeMillis
    yield* unlearn(journal, now - Duration.toMillis(remember))
    yield* Recall.clear(journal)
    yield* shrink(journal)
  })
  return once.pipe(
    // whatever was refused is asked again after the next write
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause) ? Effect.interrupt : Effect.logWarning("the store was not tidied up", cause)
    ),
    Effect.forever
  )
}
