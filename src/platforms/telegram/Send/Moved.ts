import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Fields, integer, record } from "../../../adapter/Fields.ts"
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
  /** Where it was before. */
  readonly from: (chat: string) => string | undefined
  readonly note: (chat: string, became: string) => Effect.Effect<void>
  /** Notes the move that a message announces, in the old chat or in the new one; `kept` stores it. */
  readonly hear: (message: Fields) => void
  /** Stores what was heard since. */
  readonly kept: Effect.Effect<void>
}

/** Where a message says that its chat comes from, and where it is now. */
const announced = (message: Fields): readonly [chat: string, became: string] | undefined => {
  const { migrate_from_chat_id, migrate_to_chat_id } = message
  if (migrate_from_chat_id === undefined && migrate_to_chat_id === undefined) return undefined
  const here = integer(record(message["chat"])["id"])
  const [from, to] = [integer(migrate_from_chat_id) ?? here, integer(migrate_to_chat_id) ?? here]
  return from === undefined || to === undefined || from === to ? undefined : [String(from), String(to)]
}

/** The moves of one account's chats, as far as they were known when it was last open. What is stored and cannot be read is none. */
export const make = (account: AccountId): Effect.Effect<Moved, never, ResumeStore> =>
  Effect.gen(function* () {
    const store = yield* ResumeStore
    const key = `${account}/moved`
    const known = new Map(Option.getOrElse(Option.flatMap(yield* store.get(key), decode), () => []))
    const before = new Map(Array.from(known, ([chat, became]) => [became, chat]))
    let unkept = false
    const learn = (chat: string, became: string) => {
      if (known.get(chat) === became) return
      unkept = true
      known.set(chat, became)
      before.set(became, chat)
      const [oldest] = known
      if (known.size <= remembered || oldest === undefined) return
      known.delete(oldest[0])
      before.delete(oldest[1])
    }
    const kept = Effect.suspend(() => {
      if (!unkept) return Effect.void
      unkept = false
      return store.set(key, encode([...known]))
    })
    return {
      to: (chat) => known.get(chat) ?? chat,
      from: (chat) => before.get(chat),
      kept,
      note: (chat, became) =>
        Effect.suspend(() => {
          learn(chat, became)
          return kept
        }),
      hear: (message) => {
        const move = announced(message)
        if (move !== undefined) learn(...move)
      }
    }
  })
