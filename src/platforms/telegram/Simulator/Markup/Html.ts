import { byteOffset, type Entity, type Formatted, link, sorted } from "./Entity.ts"

const types: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  a: "text_link",
  code: "code",
  pre: "pre",
  span: "spoiler",
  "tg-spoiler": "spoiler",
  "tg-emoji": "custom_emoji",
  "tg-time": "date_time",
  blockquote: "blockquote"
}

interface Open {
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
  readonly offset: number
}

const references: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' }
const reference = /&(?:#x([\da-f]+)|#(\d+)|(lt|gt|amp|quot)(?![a-z]));?/gi

/** The text without character references; those that do not exist stay as they are. */
const decoded = (text: string): string =>
  text.replace(reference, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return references[name] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

const startTag = /<([^\s>]*)((?:\s+[^\s=>/"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[a-z\d.-]+))?)*)\s*>/iy
const attribute = /([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([a-z\d.-]+)))?/gi
const endTag = /<\/([^\s>]*)\s*>/y

const attributesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    Array.from(text.matchAll(attribute), ([, name = "", double, single, bare]) => [
      name,
      decoded(double ?? single ?? bare?.toLowerCase() ?? "")
    ])
  )

const at = (pattern: RegExp, text: string, index: number): RegExpExecArray | null => {
  pattern.lastIndex = index
  return pattern.exec(text)
}

/** Reads the platform's kind of HTML; what is wrong with it is said in the platform's words. */
export const html = (source: string): Formatted | string => {
  const entities: Array<Entity> = []
  const open: Array<Open> = []
  let text = ""
  let index = 0
  while (index < source.length) {
    const next = source.indexOf("<", index)
    const plain = source.slice(index, next < 0 ? source.length : next)
    text += decoded(plain)
    index += plain.length
    if (next < 0) break
    const where = () => `at byte offset ${byteOffset(source, next)}`
    if (source[next + 1] === "/") {
      const closed = open.pop()
      if (closed === undefined) return `Unexpected end tag ${where()}`
      const end = at(endTag, source, next)
      if (end === null) return `Unclosed end tag ${where()}`
      const tag = (end[1] ?? "").toLowerCase()
      if (tag !== "" && tag !== closed.tag) {
        return `Unmatched end tag ${where()}, expected "</${closed.tag}>", found "</${tag}>"`
      }
      close(entities, closed, text)
      index += end[0].length
      continue
    }
    const tag = (/^[^\s>]*/.exec(source.slice(next + 1))?.[0] ?? "").toLowerCase()
    if (next + 1 + tag.length >= source.length) return `Unclosed start tag ${where()}`
    if (types[tag] === undefined) return `Unsupported start tag "${tag}" ${where()}`
    const start = at(startTag, source, next)
    if (start === null) return `Unclosed start tag ${where()}`
    const attributes = attributesOf(start[2] ?? "")
    if (tag === "span" && attributes.get("class") !== "tg-spoiler") {
      return `Tag "span" must have class "tg-spoiler" ${where()}`
    }
    open.push({ tag, attributes, offset: text.length })
    index += start[0].length
  }
  const unclosed = open.at(-1)
  if (unclosed !== undefined) return `Can't find end tag corresponding to start tag "${unclosed.tag}"`
  return { text, entities: sorted(entities.map(shown)) }
}

/** The language of a bare `<code>` is not shown. */
const shown = (entity: Entity): Entity => {
  if (entity.type !== "code" || entity.language === undefined) return entity
  const { language: _, ...rest } = entity
  return rest
}

const close = (entities: Array<Entity>, { attributes, offset, tag }: Open, text: string): void => {
  const place = { offset, length: text.length - offset }
  const type = types[tag]
  if (place.length === 0 || type === undefined) return
  const inner = entities.at(-1)
  const isSame = inner !== undefined && inner.offset === offset && inner.length === place.length
  if (tag === "a") {
    const linked = link(attributes.get("href") || text.slice(offset))
    if (linked !== undefined) entities.push({ ...linked, ...place })
  } else if (tag === "pre" && isSame && inner.type === "code" && inner.language !== undefined) {
    entities.splice(-1, 1, { type, ...place, language: inner.language })
  } else if (tag === "code") {
    const [, language] = /^language-(.+)$/.exec(attributes.get("class") ?? "") ?? []
    entities.push(language === undefined ? { type, ...place } : { type, ...place, language })
  } else if (tag === "blockquote" && attributes.has("expandable")) {
    entities.push({ type: "expandable_blockquote", ...place })
  } else if (tag === "tg-emoji") {
    entities.push({ type, ...place, custom_emoji_id: attributes.get("emoji-id") ?? "" })
  } else {
    entities.push({ type, ...place })
  }
}
