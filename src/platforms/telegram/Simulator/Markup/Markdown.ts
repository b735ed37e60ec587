import { byteOffset, type Entity, type Formatted, link, sorted } from "./Entity.ts"

const types: Readonly<Record<string, string>> = { "*": "bold", _: "italic", "`": "code", "```": "pre" }

/** Reads the first kind of Markdown, which knows no nesting; what is wrong with it is said in the platform's words. */
export const markdown = (source: string): Formatted | string => {
  const entities: Array<Entity> = []
  let text = ""
  let at = 0
  while (at < source.length) {
    const rest = source.slice(at)
    const [escaped] = /^\\[_*`[]/.exec(rest) ?? []
    const [mark] = /^(?:```|[_*`[])/.exec(rest) ?? []
    if (escaped !== undefined || mark === undefined) {
      text += escaped?.charAt(1) ?? rest.charAt(0)
      at += escaped?.length ?? 1
      continue
    }
    const end = source.indexOf(mark === "[" ? "]" : mark, at + mark.length)
    if (end < 0) return `Can't find end of the entity starting at byte offset ${byteOffset(source, at)}`
    const inner = source.slice(at + mark.length, end)
    const place = { offset: text.length, length: inner.length }
    at = end + (mark === "[" ? 1 : mark.length)
    if (mark === "[") {
      text += inner
      const [whole = "", url = inner] = /^\(([^)]*)\)/.exec(source.slice(at)) ?? []
      at += whole.length
      const linked = link(url)
      if (linked !== undefined && inner !== "") entities.push({ ...linked, ...place })
      continue
    }
    const [, language, code] = /^(?:([^\s`]+)(?=\s))?\n?([^]*)$/.exec(inner) ?? []
    const shown = mark === "```" ? (code ?? inner) : inner
    text += shown
    const type = types[mark] ?? "code"
    const tongue = mark === "```" && language !== undefined ? { language } : undefined
    if (shown !== "") entities.push({ type, ...place, length: shown.length, ...tongue })
  }
  return { text, entities: sorted(entities) }
}
