import type { Person } from "../Address.ts"
import { verbatim } from "./Verbatim.ts"

/** How a person is addressed in markdown: by what no other link begins with. */
const scheme = "person:"

/** Markdown that names somebody so that they are told of it where a platform does that; elsewhere it is their name. */
export const mention = ({ id, name = id }: Pick<Person, "id" | "name">): string =>
  `[@${verbatim(name.replaceAll("\n", " ")).replaceAll("(", "\\(")}](${scheme}${encodeURIComponent(id).replace(/[()]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)})`

/** Whom a link means; undefined for any other link. */
export const personOf = (href: string): string | undefined => {
  if (!href.startsWith(scheme)) return undefined
  const written = href.slice(scheme.length)
  return /%(?![\da-f]{2})/i.test(written) ? undefined : decodeURIComponent(written)
}

const written = /\[@((?:\\.|[^\]\\\n])+)\]\(person:([^\s()]+)\)/g

/** A markdown text with each mention put as `put` says; `name` is without its `@`. */
export const withMentions = (text: string, put: (person: string, name: string) => string): string =>
  text.includes(scheme)
    ? text.replace(written, (source, name: string, id: string) => {
        const person = personOf(`${scheme}${id}`)
        return person === undefined ? source : put(person, name)
      })
    : text
