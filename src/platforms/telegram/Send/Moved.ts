import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ResumeStore } from "../../../adapter/ResumeStore.ts"
import type { AccountId } from "../../../domain/Address.ts"

const Moves = Schema.parseJson(Schema.Array(Schema.Tuple(Schema.String, Schema.String)))
const decode = Schema.decodeOption(Moves)
const encode = Schema.encodeSync(Moves)

/** How many moves are remembered: a chat moves once, and one that is forgotten says it again. */
const remembered = 1000

/** Chats that have become others: a group that grows is given a new id, and takes nothing under its old one. */
export interface Moved {
  /** Where a chat is now. */
  readonly to: (chat: string) => string
  readonly note: (chat: string, became: string) => Effect.Effect<void>
}

/** The moves of one account's chats, as far as they were known when it was last open. What is stored and cannot be read is none. */
export const make = (account: AccountId): Effect.Effect<Moved, never, ResumeStore> =>
  Effect.gen(function* () {
    const store = yield* ResumeStore
    const key = `${account}/moved`
    const known = new Map(Option.getOrElse(Option.flatMap(yield* store.get(key), decode), () => []))
    return {
      to: (chat) => known.get(chat) ?? chat,
      note: (chat, became) =>
        Effect.suspend(() => {
          known.set(chat, became)
          const [oldest] = known.keys()
          if (known.size > remembered && oldest !== undefined) known.delete(oldest)
          return store.set(key, encode([...known]))
        })
    }
  })
