import { Chunk, Effect, Stream } from "effect"
import { accountId } from "../../src/domain/Address.ts"
import type { ButtonPressed, Event, MessageReceived } from "../../src/domain/Event.ts"
import type { Handler, HandlerFailed, Reply } from "../../src/handler/Handler.ts"

/** What every event has, of one that happened at the epoch. */
export const about = {
  id: "e1",
  conversation: { account: accountId("qq", "main"), kind: "direct", id: "c2c:1" },
  sender: { id: "ann" },
  at: 0
} as const

/** Somebody wrote this to the bot. */
export const written = (text: string, fields: Partial<MessageReceived> = {}): MessageReceived => ({
  _tag: "MessageReceived",
  ...about,
  text,
  addressed: true,
  attachments: [],
  mentions: [],
  ...fields
})

/** Somebody pressed a button that holds this. */
export const pressed = (data: string, fields: Partial<ButtonPressed> = {}): ButtonPressed => ({
  _tag: "ButtonPressed",
  ...about,
  button: "b",
  data,
  ...fields
})

const words = (reply: Reply): string => ("piece" in reply ? reply.piece : reply.text)

/** All that a handler says of an event, in order. */
export const said = <R>(handler: Handler<R>, event: Event): Effect.Effect<ReadonlyArray<string>, HandlerFailed, R> =>
  Effect.map(Stream.runCollect(Stream.suspend(() => handler(event))), (replies) =>
    Chunk.toReadonlyArray(replies).map(words)
  )
