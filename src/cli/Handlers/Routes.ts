import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { Variable } from "../../adapter/Setting.ts"
import type { Policy } from "../../handler/Handler.ts"
import * as Match from "../../handler/Match.ts"
import { platforms } from "../Platforms.ts"

/** The name of what nobody answers. */
export const none = "none"

/** What answers, as people write it: a kind of handler, or one of several of a kind, such as `exec:weather`. */
export interface Target {
  readonly kind: string
  readonly instance: string | undefined
}

/** What those events that match have coming: what answers them, if nothing else is said. */
export interface Route<T = Target> {
  readonly match: Match.Match
  readonly target: T
}

/** What stands on the right of routes, and how one looks. */
interface Side<T> {
  readonly read: (text: string) => Either.Either<T, string>
  readonly example: string
}

export const written = ({ instance, kind }: Target): string => (instance === undefined ? kind : `${kind}:${instance}`)

const words: Readonly<Record<string, Match.Match>> = {
  "*": Match.always,
  direct: Match.kind("direct"),
  group: Match.kind("group"),
  channel: Match.kind("channel"),
  addressed: Match.addressed,
  pressed: Match.pressed,
  ...Object.fromEntries(platforms.map(({ traits: { name } }) => [name, Match.platform(name)]))
}

/** Conditions that are not words of their own, each with what it means. */
const patterns: ReadonlyArray<readonly [RegExp, (text: string) => Match.Match]> = [
  [/^\/([\w-]+)$/, Match.command],
  [/^([a-z0-9]+:[a-z0-9]+)$/, Match.account],
  [/^([a-z0-9]+:[a-z0-9]+\/.+)$/, Match.conversation],
  [/^(.+?)(?:\.\.\.|…)$/, Match.prefix]
]

const conditions = `it wants one or more of ${Object.keys(words).join(", ")}, an account (qq:main), a conversation (qq:main/c2c:ID), a command (/weather), or what a text begins with (ask...)`

const matchOf = (word: string): Match.Match | undefined => {
  // the names that every object has are none of ours
  if (Object.hasOwn(words, word)) return words[word]
  for (const [pattern, make] of patterns) {
    const [, text] = pattern.exec(word) ?? []
    if (text !== undefined) return make(text)
  }
  return undefined
}

/** Reads `exec` or `exec:weather`. */
const targetOf = (text: string, kinds: ReadonlyArray<string>): Either.Either<Target, string> => {
  const [, kind = "", instance] = /^([a-z]+)(?::([a-z0-9]+))?$/.exec(text) ?? []
  const known = kinds.includes(kind) || (kind === none && instance === undefined)
  return known
    ? Either.right({ kind, instance })
    : Either.left(
        `"${text}" answers nothing: it wants ${kinds.join(", ")}, one of several such as ${kinds.at(-1)}:name, or ${none}`
      )
}

const routeOf = <T>(text: string, { example, read }: Side<T>): Either.Either<Route<T>, string> => {
  const at = text.lastIndexOf("=")
  if (at < 0) return Either.left(`it wants what is matched, =, and ${example}`)
  const all = text.slice(0, at).split(/\s+/).filter(Boolean)
  const matches = all.flatMap((word) => matchOf(word) ?? [])
  const wrong = all.find((word) => matchOf(word) === undefined)
  if (wrong !== undefined) return Either.left(`"${wrong}" matches nothing: ${conditions}`)
  if (matches.length === 0) return Either.left(conditions)
  const match = matches.length === 1 ? (matches[0] ?? Match.always) : Match.all(...matches)
  return Either.map(read(text.slice(at + 1).trim()), (target) => ({ match, target }))
}

/** Routes between semicolons, the first that matches first. */
const parsed = <T>(text: string, side: Side<T>): Either.Either<ReadonlyArray<Route<T>>, ReadonlyArray<string>> => {
  const all = text
    .split(/[;\n]/)
    .map((route) => route.trim())
    .filter((route) => route !== "")
  const read = all.map((route) => Either.mapLeft(routeOf(route, side), (why) => `the route "${route}": ${why}`))
  const wrong = read.flatMap((one) => (Either.isLeft(one) ? [one.left] : []))
  const routes = read.flatMap((one) => (Either.isRight(one) ? [one.right] : []))
  const last = routes.findIndex(({ match }) => match === Match.always)
  const dead = last < 0 ? undefined : all[last + 1]
  if (wrong.length > 0) return Either.left(wrong)
  return dead === undefined
    ? Either.right(routes)
    : Either.left([`the route "${dead}" is never reached: * stands before it and matches everything`])
}

const answering = (kinds: ReadonlyArray<string>): Side<Target> => ({
  read: (text) => targetOf(text, kinds),
  example: "what answers, such as /weather = exec"
})

/** What answers what, between semicolons; `kinds` are those that there are. */
export const parse = (text: string, kinds: ReadonlyArray<string>) => parsed(text, answering(kinds))

/** The routes of a variable, if it is set. */
const routes = <T>(name: string, side: Side<T>): Config.Config<ReadonlyArray<Route<T>>> =>
  Config.string(name).pipe(
    Config.mapOrFail((text) =>
      Either.mapLeft(parsed(text, side), (wrong) =>
        wrong.map((why): ConfigError.ConfigError => ConfigError.InvalidData([], why)).reduce(ConfigError.And)
      )
    ),
    Config.withDefault([])
  )

/** What answers what, if that is said; `kinds` are those that there are. */
export const config = (kinds: ReadonlyArray<string>): Config.Config<ReadonlyArray<Route>> =>
  routes("HOLDFAST_ROUTES", answering(kinds))

const isPolicy = Schema.is(Schema.Literal("queue", "interrupt", "refuse"))

/** What is said meanwhile does what, by what the turn is about, if that is said. */
export const turns: Config.Config<ReadonlyArray<Route<Policy>>> = routes("HOLDFAST_TURNS_ROUTES", {
  read: (text) => (isPolicy(text) ? Either.right(text) : Either.left(`"${text}" is none of queue, interrupt, refuse`)),
  example: "what becomes of what is said meanwhile, such as group = queue"
})

export const variables: ReadonlyArray<Variable> = [
  {
    name: "HOLDFAST_ROUTES",
    description:
      "which handler answers what, the first that matches: /weather = exec; group addressed = llm; group = none; * = webhook",
    default: "HOLDFAST_HANDLER answers everything"
  },
  {
    name: "HOLDFAST_TURNS_ROUTES",
    description:
      "what is said while an answer is on its way does what, by what that answer is to: /draw = refuse; qq:main direct = interrupt",
    default: "HOLDFAST_TURNS says it of everything"
  }
]
