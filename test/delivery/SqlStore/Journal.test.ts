import { describe, expect, it } from "@effect/vitest"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import { Duration, Effect } from "effect"
import { constUndefined, constVoid } from "effect/Function"
import * as Dialect from "../../../src/delivery/SqlStore/Dialect.ts"
import type { Entry } from "../../../src/delivery/SqlStore/Entry.ts"
import { Journal } from "../../../src/delivery/SqlStore/Journal.ts"
import { none } from "../../../src/delivery/SqlStore/Naming.ts"
import { Bays } from "../../../src/delivery/SqlStore/Bays.ts"
import { statements } from "../../../src/delivery/SqlStore/Statements.ts"
import { beside, file, open } from "./Sqlite.ts"

/** A journal over a new file, and a way to have its next commit done without an answer. */
const journalOf = Effect.gen(function* () {
  const path = yield* file
  yield* Effect.scoped(open(path))
  const sql = yield* beside(path)
  let silent = false
  const connect = Effect.map(sql.reserve, (connection): Connection => {
    const executeUnprepared: Connection["executeUnprepared"] = (text, ...more) => {
      const answer = connection.executeUnprepared(text, ...more)
      if (text !== "commit" || !silent) return answer
      silent = false
      return Effect.zipRight(answer, new SqlError({ cause: { code: "SQLITE_IOERR" }, message: "no answer" }))
    }
    return Object.assign(Object.create(connection), { executeUnprepared })
  })
  const dialect = Dialect.of(sql)
  const within = Duration.seconds(1)
  const journal = new Journal({ connect, dialect, statements: statements(dialect), within, bays: new Bays() })
  yield* Effect.forkScoped(journal.run())
  return { journal, silence: () => void (silent = true) }
})

const nothing: Entry<void> = { store: "inbox", accounts: [], asks: none, plan: constUndefined, applied: constVoid }

describe("a journal", () => {
  it.scoped("that was told late that it had kept something does not tell it twice", () =>
    Effect.gen(function* () {
      const { journal, silence } = yield* journalOf
      let answers = 0
      let applied = 0
      const item = { id: "a#0", key: "a", value: "0", at: 0 }
      const entry: Entry<void> = {
        ...nothing,
        asks: { ...none, count: 1 },
        plan: (draft) => {
          draft.keep("inbox", "a", { ...item, seq: journal.nextSeq(), place: 0, stands: item.id })
          return undefined
        },
        applied: () => void applied++
      }
      silence()
      const refused = yield* Effect.flip(
        journal.commit(
          () => entry,
          () => void answers++
        )
      )
      expect(refused._tag).toBe("StoreRefused")
      expect([answers, applied]).toEqual([1, 0])
      yield* journal.commit(() => nothing)
      expect([answers, applied]).toEqual([1, 1])
    })
  )
})
