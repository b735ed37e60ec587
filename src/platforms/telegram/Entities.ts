import type { Content } from "../../domain/Message.ts"

/** A stretch of a text that is shown in a certain way; UTF-16 units. */
export interface Entity {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly url?: string
  readonly language?: string
}

export const render = ({ text }: Content): { readonly text: string; readonly entities: ReadonlyArray<Entity> } => ({
  text,
  entities: []
})
