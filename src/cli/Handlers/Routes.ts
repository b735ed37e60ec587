import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import type { Variable } from "../../adapter/Setting.ts"
import * as Match from "../../handler/Match.ts"
import { platforms } from "../Platforms.ts"

/** The name of what nobody answers. */
export const none = "none"

/** What answers, as people write it: a kind of handler, or one of several of a kind, such as `exec:weather`. */
export interface Target {
  readonly kind: string
  readonly instance: string | undefined
}

/** What answers those events that match. */
export interface Route {
  readonly match: Match.Match
  readonly target: Target
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

const routeOf = (text: string, kinds: ReadonlyArray<string>): Either.Either<Route, string> => {
  const at = text.lastIndexOf("=")
  if (at < 0) return Either.left("it wants what is matched, =, and what answers, such as /weather = exec")
  const all = text.slice(0, at).split(/\s+/).filter(Boolean)
  const matches = all.flatMap((word) => matchOf(word) ?? [])
  const wrong = all.find((word) => matchOf(word) === undefined)
  if (wrong !== undefined) return Either.left(`"${wrong}" matches nothing: ${conditions}`)
  if (matches.length === 0) return Either.left(conditions)
  const match = matches.length === 1 ? (matches[0] ?? Match.always) : Match.all(...matches)
  return Either.map(targetOf(text.slice(at + 1).trim(), kinds), (target) => ({ match, target }))
}

/** Routes between semicolons, the first that matches first. */
export const parse = (
  text: string,
  kinds: ReadonlyArray<string>
): Either.Either<ReadonlyArray<Route>, ReadonlyArray<string>> => {
  const all = text
    .split(/[;\n]/)
    .map((route) => route.trim())
    .filter((route) => route !== "")
  const read = all.map((route) => Either.mapLeft(routeOf(route, kinds), (why) => `the route "${route}": ${why}`))
  const wrong = read.flatMap((one) => (Either.isLeft(one) ? [one.left] : []))
  const routes = read.flatMap((one) => (Either.isRight(one) ? [one.right] : []))
  const last = routes.findIndex(({ match }) => match === Match.always)
  const dead = last < 0 ? undefined : all[last + 1]
  if (wrong.length > 0) return Either.left(wrong)
  return dead === undefined
    ? Either.right(routes)
    : Either.left([`the route "${dead}" is never reached: * stands before it and matches everything`])
}

/** What answers what, if that is said; `kinds` are those that there are. */
export const config = (kinds: ReadonlyArray<string>): Config.Config<ReadonlyArray<Route>> =>
  Config.string("HOLDFAST_ROUTES").pipe(
    Config.mapOrFail((text) =>
      Either.mapLeft(parse(text, kinds), (wrong) =>
        wrong.map((why): ConfigError.ConfigError => ConfigError.InvalidData([], why)).reduce(ConfigError.And)
      )
    ),
    Config.withDefault([])
  )

export const variables: ReadonlyArray<Variable> = [
  {
    name: "HOLDFAST_ROUTES",
    description:
      "which handler answers what, the first that matches: /weather = exec; group addressed = llm; group = none; * = webhook",
    default: "HOLDFAST_HANDLER answers everything"
  }
]
