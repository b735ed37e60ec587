import * as Option from "effect/Option"
import { lex, read, type Rendered } from "./Markdown.ts"
import type { Content } from "./Message.ts"

export type { Mark, Rendered, Span } from "./Markdown.ts"

const readable = Option.liftThrowable((markdown: string): Rendered => read(lex(markdown)))

/** A content as people read it, and how its stretches are shown. What is plain, or cannot be read, is as it stands. */
export const render = ({ format, text }: Content): Rendered => {
  const asItStands: Rendered = { text, spans: [] }
  return format === "plain" ? asItStands : Option.getOrElse(readable(text), () => asItStands)
}
