import { integer, record, text } from "../../../adapter/Fields.ts"
import type { MessageReceived } from "../../../domain/Event.ts"
import type { Update } from "../Protocol.ts"

/** The album that an update brings a part of, named for all chats; undefined for what stands alone. */
export const albumOf = ({ kind, payload }: Update): string | undefined => {
  if (kind !== "message" && kind !== "channel_post") return undefined
  const group = text(payload["media_group_id"])
  return group === undefined ? undefined : `${integer(record(payload["chat"])["id"])}/${group}`
}

const both = (one: MessageReceived, other: MessageReceived): MessageReceived => ({
  ...one,
  text: [one.text, other.text].filter((caption) => caption !== "").join("\n"),
  addressed: one.addressed || other.addressed,
  attachments: [...one.attachments, ...other.attachments],
  mentions: [...one.mentions, ...other.mentions]
})

/** The parts of an album, of which there is at least one, as one event: the first, with what all of them show and say. */
export const join = (events: ReadonlyArray<MessageReceived>): MessageReceived => events.reduce(both)
