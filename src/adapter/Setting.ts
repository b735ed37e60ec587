import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** An environment variable, for the README, for `--help`, and for the check for typos. */
export interface Variable {
  readonly name: string
  readonly description: string
  /** as an operator would write it */
  readonly default?: string
  /** never to be shown */
  readonly secret?: true
}

/** A setting that names itself, and what it wants, when it is given something else. */
const setting = <A>(name: string, wants: string, read: (text: string) => Option.Option<A>): Config.Config<A> =>
  Config.string(name).pipe(
    Config.mapOrFail((text) =>
      Either.fromOption(read(text.trim()), () => ConfigError.InvalidData([], `it wants ${wants}`))
    )
  )

const numbers = (least: number, keep: (value: number) => boolean) => (text: string) =>
  Option.some(Number(text)).pipe(Option.filter((value) => text !== "" && value >= least && keep(value)))

/** A timer of Node's holds no longer than this; a longer one would never fire. */
const longest = Duration.days(24)

const spanOf = (text: string): Option.Option<Duration.Duration> =>
  Duration.decodeUnknown(text).pipe(Option.filter(Duration.between({ minimum: Duration.nanos(1n), maximum: longest })))

const aSpan = "a span of time of 24 days at most, such as 30 seconds or 5 minutes"

/** A span of time longer than none, and of 24 days at most. */
export const span = (name: string): Config.Config<Duration.Duration> => setting(name, aSpan, spanOf)

/** The same, or `off`, which is undefined. */
export const spanOrOff = (name: string): Config.Config<Duration.Duration | undefined> =>
  setting<Duration.Duration | undefined>(name, `${aSpan}, or off`, (text) =>
    text === "off" ? Option.some(undefined) : spanOf(text)
  )

/** How often something may be, in any span of this length that begins with it. */
export interface Rate {
  readonly count: number
  readonly per: Duration.Duration
}

const rateOf = (text: string): Option.Option<Rate> => {
  const [, count = "", per = ""] = /^(\d+) per (.+)$/.exec(text) ?? []
  return Option.all({
    count: numbers(1, Number.isSafeInteger)(count),
    per: spanOf(/^\d/.test(per) ? per : `1 ${per}`)
  })
}

/** How often something may be: `20 per minute`, `300 per 5 minutes`. */
export const rate = (name: string): Config.Config<Rate> =>
  setting(name, "how often in which time, such as 20 per minute or 300 per 5 minutes", rateOf)

/** A span of whole seconds, between these. */
export const seconds = (least: number, most: number): ((name: string) => Config.Config<Duration.Duration>) => {
  const within = numbers(least, (value) => Number.isInteger(value) && value <= most)
  return (name) =>
    setting(name, `whole seconds, from ${least} to ${most}, such as ${Math.ceil(most / 2)} seconds`, (text) =>
      Duration.decodeUnknown(text).pipe(
        Option.filter((span) => Option.isSome(within(String(Duration.toSeconds(span)))))
      )
    )
}

/** A whole number from 1. */
export const count = (name: string): Config.Config<number> =>
  setting(name, "a whole number from 1", numbers(1, Number.isSafeInteger))

const ports = numbers(1, (value) => Number.isSafeInteger(value) && value <= 65_535)

/** A port to listen on. */
export const port = (name: string): Config.Config<number> => setting(name, "a port, from 1 to 65535", ports)

/** The same, or `off`: undefined. */
export const portOrOff = (name: string): Config.Config<number | undefined> =>
  setting(name, "a port, from 1 to 65535, or off", (text) => (text === "off" ? Option.some(undefined) : ports(text)))

/** A number from 1. */
export const factor = (name: string): Config.Config<number> =>
  setting(name, "a number from 1, such as 2", numbers(1, Number.isFinite))

/** A part of a whole. */
export const ratio = (name: string): Config.Config<number> =>
  setting(
    name,
    "a number from 0 to 1, such as 0.1",
    numbers(0, (value) => value <= 1)
  )

/** One of a few words. */
export const choice = <A extends string>(name: string, choices: ReadonlyArray<A>): Config.Config<A> =>
  setting(name, `one of ${choices.join(", ")}`, (text) => Option.fromNullable(choices.find((one) => one === text)))

const flags: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false
}

/** Yes or no, in the usual words. */
export const flag = (name: string): Config.Config<boolean> =>
  setting(name, "true or false", (text) => Option.fromNullable(flags[text.toLowerCase()]))

/** What a schema makes of a text; what is wrong with it is said in one line. */
export const decoded = <A, I extends string>(schema: Schema.Schema<A, I>): ((name: string) => Config.Config<A>) => {
  const decode = Schema.decodeUnknownEither(schema)
  const wrong = (error: ParseResult.ParseError) =>
    ConfigError.InvalidData(
      [],
      ParseResult.ArrayFormatter.formatErrorSync(error)
        .map(({ message }) => message)
        .join("; ")
    )
  return (name) => Config.string(name).pipe(Config.mapOrFail((value) => Either.mapLeft(decode(value), wrong)))
}

/** Items between commas, none of them empty. */
export const List = Schema.transform(Schema.String, Schema.Array(Schema.String), {
  strict: true,
  decode: (text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  encode: (items) => items.join(",")
})

/** Items between commas, each of which means something. */
export const list = <A>(item: Schema.Schema<A, string>): ((name: string) => Config.Config<ReadonlyArray<A>>) =>
  decoded(Schema.compose(List, Schema.Array(item)))

/** Text that is never to be shown; `wrong` says of any that does not match what is wrong with it, without repeating it. */
export const secret = (
  pattern: RegExp = /./,
  wrong = "the secret is empty"
): ((name: string) => Config.Config<Redacted.Redacted>) =>
  decoded(Schema.Redacted(Schema.Trim.pipe(Schema.pattern(pattern, { message: () => wrong }))))

/** An address with one of these schemes, each with its colon. */
export const Url = (...schemes: ReadonlyArray<string>) =>
  Schema.Trim.pipe(
    Schema.filter((url) =>
      URL.canParse(url) && schemes.includes(new URL(url).protocol)
        ? true
        : `"${url}" is no ${schemes.map((scheme) => `${scheme}//`).join(" or ")} address`
    )
  )

/** How a span of time is written. */
export const written = (duration: Duration.Duration): string => {
  const seconds = Duration.toSeconds(duration)
  const whole = (per: number, unit: string) =>
    seconds >= per && seconds % per === 0 ? `${seconds / per} ${unit}${seconds === per ? "" : "s"}` : undefined
  return (
    whole(86_400, "day") ??
    whole(3_600, "hour") ??
    whole(60, "minute") ??
    whole(1, "second") ??
    `${Duration.toMillis(duration)} millis`
  )
}
