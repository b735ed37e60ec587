import type { Event, MessageReceived } from "../../domain/Event.ts"
import type { Self } from "./Events/Place.ts"
import type { Update } from "./Protocol.ts"

export { placeOf, type Self } from "./Events/Place.ts"

export const toEvent = (_update: Update, _self: Self, _at: number): Event | undefined => undefined
export const albumOf = (_update: Update): string | undefined => undefined
export const join = (events: ReadonlyArray<MessageReceived>): MessageReceived => events.reduce((one) => one)
