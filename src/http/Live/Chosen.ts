import * as Either from "effect/Either"

/** What can be chosen of what is told, and the events that each choice brings. */
export const kinds = {
  status: ["snapshot", "status", "removed"],
  entry: ["entry"],
  handlers: ["handlers"],
  access: ["access"],
  depths: ["depths"],
  rates: ["rates"],
  passage: ["passage", "skipped"]
} as const

export type Kind = keyof typeof kinds

/** What an event is called: one that can be chosen, or `begun`, which says where those begin who did not choose `status`. */
export type Name = (typeof kinds)[Kind][number] | "begun"

/** What one who listens wants to be told. */
export interface Chosen {
  readonly kinds: ReadonlySet<Kind>
  /** what people and the bot wrote too */
  readonly contents: boolean
  /** the same for all that want the same */
  readonly key: string
}

const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name)

const all: ReadonlyArray<Kind> = Object.keys(kinds).filter(isKind)

/** These kinds; `contents` changes nothing where no passages are wanted. */
export const of = (some: Iterable<Kind>, contents: boolean): Chosen => {
  const wanted = new Set(some)
  const shows = contents && wanted.has("passage")
  return { kinds: wanted, contents: shows, key: `${[...wanted].sort().join()} ${shows}` }
}

/** Everything. */
export const everything = (contents: boolean): Chosen => of(all, contents)

/** What is chosen by names with commas between them, or everything where nothing is said; a name that is none is said to be. */
export const parse = (names: string | null, contents: boolean): Either.Either<Chosen, string> => {
  if (names === null) return Either.right(everything(contents))
  const asked = names.split(",").map((name) => name.trim())
  const wrong = asked.filter((name) => !isKind(name)).map((name) => JSON.stringify(name))
  return wrong.length === 0
    ? Either.right(of(asked.filter(isKind), contents))
    : Either.left(`no events are called ${wrong.join(" or ")}: choose of ${all.join(", ")}`)
}

const kindsOf: ReadonlyMap<string, Kind> = new Map(all.flatMap((kind) => kinds[kind].map((name) => [name, kind])))

/** Whether one of that choice is told events of a name. */
export const wants = ({ kinds }: Chosen, name: Name): boolean => {
  const kind = kindsOf.get(name)
  return kind === undefined || kinds.has(kind)
}
