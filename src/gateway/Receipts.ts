import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { KeyedQueue, StoreRefused } from "../delivery/KeyedQueue.ts"
import { type Message, type MessageId, Receipt } from "../domain/Message.ts"

/**
 * What became of a message. `Dropped`: an operator gave it up, or it was said before receipts were kept. `Unknown`: it was
 * never kept, or so long ago that its name is forgotten.
 */
export const Fate = Schema.Union(
  Schema.TaggedStruct("Waiting", {}),
  Schema.TaggedStruct("Sent", { receipt: Receipt }),
  Schema.TaggedStruct("Dead", { reason: Schema.String }),
  Schema.TaggedStruct("Dropped", {}),
  Schema.TaggedStruct("Unknown", {})
)
export type Fate = typeof Fate.Type

const read = Schema.decodeOption(Schema.parseJson(Schema.Tuple(Receipt.fields.platformId, Receipt.fields.at)))

/** A receipt as it is kept beside the name of its message. */
export const written = ({ at, platformId }: Receipt): string => JSON.stringify([platformId, at])

/** What an outbox knows of the message of a name. */
export const fate = (
  outbox: Pick<KeyedQueue<Message>, "fate">,
  message: MessageId
): Effect.Effect<Fate, StoreRefused> =>
  Effect.map(outbox.fate(message), (found): Fate => {
    if (found._tag !== "Settled") return found
    return Option.match(read(found.proof ?? ""), {
      onNone: () => ({ _tag: "Dropped" }),
      onSome: ([platformId, at]) => ({ _tag: "Sent", receipt: { message, platformId, at } })
    })
  })
