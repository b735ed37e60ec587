import { Array as Arrays, Duration, Effect, Redacted, Schema, type Scope } from "effect"
import type { Fault, Said, Served, Simulator } from "../../src/adapter/Simulator.ts"
import * as QQ from "../../src/platforms/qq/Simulator.ts"
import { refusals } from "../../src/platforms/qq/Simulator/Refusals.ts"
import * as Telegram from "../../src/platforms/telegram/Simulator.ts"
import type { Words } from "./Oracle.ts"

/** A bot, and where people talk to it. */
export interface Bot {
  /** as the program calls it: `qq:one` */
  readonly account: string
  /** as its platform calls it */
  readonly id: string
  readonly conversations: ReadonlyArray<string>
}

export interface Sessions {
  readonly resumed: number
  readonly anew: number
}

/** A simulated platform that outlives the program, and the bots that the program keeps connected to it. */
export interface Platform {
  readonly name: "qq" | "telegram"
  readonly bots: ReadonlyArray<Bot>
  readonly served: Served
  readonly hear: (bot: Bot, conversation: string, text: string) => Effect.Effect<unknown>
  /** Somebody presses a button with this data. */
  readonly press: (bot: Bot, conversation: string, data: string) => Effect.Effect<unknown>
  readonly shown: Effect.Effect<ReadonlyArray<Words>>
  /** How often a bot has told the platform that it listens: began a session or went on with one, or polled. */
  readonly greetings: (bot: Bot) => Effect.Effect<number>
  readonly fault: (fault: Fault) => Effect.Effect<void>
  readonly heal: Effect.Effect<void>
  /** It forgets every session, as one that is restarted does; what people and bots have said it still knows. */
  readonly forget: Effect.Effect<void>
  /** a part of the path at which bots say something */
  readonly sends: string
  /** how often that was asked for */
  readonly tries: Effect.Effect<number>
  /** whether it shows an answer once that is sent twice */
  readonly deduplicates: boolean
  /** how often it was sent an answer that it had shown before, and did not show it again */
  readonly repeats: Effect.Effect<number>
  /** how often a bot went on with its session, and how often it had to begin anew, which loses what was said meanwhile */
  readonly sessions: Effect.Effect<Sessions | undefined>
  /** what points the program at it */
  readonly environment: (url: string) => Readonly<Record<string, string>>
}

const names = ["one", "two", "three"] as const

const hasPath = Schema.is(Schema.Struct({ path: Schema.String }))
const pathOf = (detail: unknown): string => (hasPath(detail) ? detail.path : "")

const platform = <S extends Simulator & Served>(
  simulator: S,
  row: Pick<
    Platform,
    | "name"
    | "bots"
    | "press"
    | "deduplicates"
    | "environment"
    | "forget"
    | "sends"
    | "greetings"
    | "sessions"
    | "repeats"
  >
): Platform => {
  const accounts = new Map(row.bots.map(({ account, id }) => [id, account]))
  const words = ({ account, conversation, text }: Said): Words => ({
    conversation: `${accounts.get(account) ?? account}/${conversation}`,
    text
  })
  return {
    ...row,
    served: simulator,
    hear: ({ id }, conversation, text) => simulator.hear({ account: id, conversation, text }),
    shown: Effect.map(simulator.said, Arrays.map(words)),
    tries: Effect.map(
      simulator.record,
      (record) => record.filter(({ detail, what }) => what === "request" && pathOf(detail).endsWith(row.sends)).length
    ),
    fault: simulator.fault,
    heal: simulator.heal
  }
}

const each = (name: string, variables: Readonly<Record<string, (bot: number) => string>>) =>
  Object.fromEntries(
    names.flatMap((bot, index) =>
      Object.entries(variables).map(([key, of]) => [`${name}_${bot.toUpperCase()}_${key}`, of(index)])
    )
  )

const hex = (number: number): string => number.toString(16).toUpperCase().padStart(32, "0")

const places = (people: number, groups: number, person: (n: number) => string, group: (n: number) => string) => [
  ...Array.from({ length: people }, (_, n) => person(n)),
  ...Array.from({ length: groups }, (_, n) => group(n))
]

const isRepeat = Schema.is(
  Schema.Struct({ answer: Schema.String.pipe(Schema.includes(String(refusals.duplicate[1]))) })
)

/** QQ, which shows an answer once however often it is sent, in C2C and groups. */
const qq: Effect.Effect<Platform, never, Scope.Scope> = Effect.gen(function* () {
  const known = names.map((name, index): QQ.SimulatedBot => ({
    appId: `10200001${index}`,
    secret: Redacted.make(`secret of ${name}`),
    id: `1140000${index}`,
    name
  }))
  const simulator = yield* QQ.make({ bots: known, heartbeatInterval: Duration.seconds(5) })
  let forgotten = 0
  const bots = known.map(({ appId, name }, bot) => ({
    account: `qq:${name}`,
    id: appId,
    conversations: places(
      24,
      6,
      (n) => `c2c:${hex(1000 * bot + n)}`,
      (n) => `group:${hex(1000 * bot + 500 + n)}`
    )
  }))
  return platform(simulator, {
    name: "qq",
    bots,
    deduplicates: true,
    press: ({ id }, conversation, data) => simulator.press({ account: id, conversation, button: "b", data }),
    greetings: ({ id }) => Effect.map(simulator.counts(id), ({ identifies, resumes }) => identifies + resumes),
    repeats: Effect.map(
      simulator.record,
      (record) => record.filter(({ detail, what }) => what === "answer" && isRepeat(detail)).length
    ),
    sessions: Effect.map(simulator.counts(), ({ identifies, resumes }) => ({
      resumed: resumes,
      anew: identifies - known.length - forgotten
    })),
    forget: Effect.suspend(() => {
      forgotten += known.length
      return simulator.fault({ _tag: "InvalidSession", on: "now", resumable: false })
    }),
    sends: "/messages",
    environment: (url) => ({
      QQ_ACCOUNTS: names.join(","),
      ...each("QQ", {
        APP_ID: (bot) => known[bot]?.appId ?? "",
        CLIENT_SECRET: (bot) => (known[bot] === undefined ? "" : Redacted.value(known[bot].secret))
      }),
      QQ_TOKEN_BASE_URL: url,
      QQ_API_BASE_URL: url,
      QQ_ACCESS: "open"
    })
  })
})

/** Telegram, polled, which shows an answer as often as it is sent. */
const telegram: Effect.Effect<Platform, never, Scope.Scope> = Effect.gen(function* () {
  const known = names.map((name, index): Telegram.SimulatedBot => ({
    token: Redacted.make(`710000000${index}:AAH-bot-${index}-of-the-simulated-platform`),
    id: `710000000${index}`,
    username: `${name}_bot`,
    name,
    readsAll: true
  }))
  const simulator = yield* Telegram.make({ bots: known, keepRecord: Number.POSITIVE_INFINITY })
  const bots = known.map(({ id, name }, bot) => ({
    account: `telegram:${name}`,
    id,
    conversations: places(
      24,
      6,
      (n) => `chat:${7000 + 100 * bot + n}`,
      (n) => `chat:-100190000${1000 + 100 * bot + n}`
    )
  }))
  return platform(simulator, {
    name: "telegram",
    bots,
    deduplicates: false,
    press: ({ id }, conversation, data) => simulator.press({ account: id, conversation, data }),
    greetings: ({ id }) => Effect.map(simulator.counts(id), ({ polls }) => polls),
    repeats: Effect.succeed(0),
    sessions: Effect.succeed(undefined),
    forget: Effect.void,
    sends: "/sendMessage",
    environment: (url) => ({
      TELEGRAM_ACCOUNTS: names.join(","),
      ...each("TELEGRAM", {
        BOT_TOKEN: (bot) => (known[bot] === undefined ? "" : Redacted.value(known[bot].token))
      }),
      TELEGRAM_API_BASE_URL: url,
      TELEGRAM_ACCESS: "open"
    })
  })
})

export const make: Readonly<Record<Platform["name"], Effect.Effect<Platform, never, Scope.Scope>>> = { qq, telegram }
