import type { Fields } from "../../../../adapter/Fields.ts"

/** Offsets and lengths in UTF-16 units. */
export interface Entity {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly url?: string
  readonly language?: string
  readonly user?: Fields
  readonly custom_emoji_id?: string
}

export interface Formatted {
  readonly text: string
  readonly entities: ReadonlyArray<Entity>
}

const encoder = new TextEncoder()

/** Where a UTF-16 unit of the text begins, in bytes of UTF-8. */
export const byteOffset = (text: string, unit: number): number => encoder.encode(text.slice(0, unit)).length

/** The outermost first, as the platform lists them. */
export const sorted = (entities: ReadonlyArray<Entity>): ReadonlyArray<Entity> =>
  entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length)

/** A link's entity without its place: what is no address at all is not marked. */
export const link = (url: string): Omit<Entity, "offset" | "length"> | undefined => {
  const [, user] = /^tg:\/\/user\?id=(\d+)$/i.exec(url) ?? []
  if (user !== undefined) return { type: "text_mention", user: { id: Number(user), is_bot: false, first_name: "" } }
  const whole = /^[a-z][a-z+.-]*:\/\//i.test(url) ? url : `http://${url}`
  if (!URL.canParse(whole) || !/^(?:https?|tg|ton|tonsite):\/\/[^\s/]+/i.test(whole)) return undefined
  return { type: "text_link", url: new URL(whole).href }
}
