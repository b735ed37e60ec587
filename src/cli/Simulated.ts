import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { ListenOptions } from "../adapter/Connection.ts"
import type { Account } from "../adapter/Platform.ts"
import type { Fault, Said, Served, SimulatedConnection, Simulator } from "../adapter/Simulator.ts"
import * as QQ from "../platforms/qq/Adapter.ts"
import * as QQSimulator from "../platforms/qq/Simulator.ts"
import * as Telegram from "../platforms/telegram/Adapter.ts"
import * as TelegramSimulator from "../platforms/telegram/Simulator.ts"
import type { Command } from "./Command.ts"
import * as QQCommands from "./Command/QQ.ts"
import * as TelegramCommands from "./Command/Telegram.ts"
import type { Requirements } from "./Platforms.ts"
import * as Pressing from "./Pressing.ts"
import * as Talk from "./Talk.ts"

/** A platform's other end, as a person at a terminal has to do with it. */
export interface Simulated {
  readonly served: Served
  /** The person says something to the bot. */
  readonly say: (text: string) => Effect.Effect<void>
  readonly saying: Stream.Stream<Said>
  readonly connections: Effect.Effect<ReadonlyArray<SimulatedConnection>>
  /** Does what a line beginning with a slash asks for, as `Talk.obey` does. */
  readonly obey: (line: string) => Effect.Effect<string>
  readonly heal: Effect.Effect<void>
}

/** How a platform is simulated for people. */
export interface Row {
  /** as it is typed */
  readonly name: string
  /** as it is written */
  readonly title: string
  /** `brisk`: what is found out by waiting is found out sooner than in earnest */
  readonly make: (pace: "earnest" | "brisk") => Effect.Effect<Simulated, never, Scope.Scope>
  /** what can be typed, and what it does */
  readonly manual: Talk.Manual
  /** Whether the bot is there, line by line, by what each line is called. */
  readonly lines: (connections: ReadonlyArray<SimulatedConnection>) => ReadonlyMap<string, string>
  /** what becomes of what is said while the bot is away */
  readonly away: string
  /** What points the program at it. */
  readonly environment: (url: string) => Readonly<Record<string, string>>
  /** A bot of it that answers everybody, for a rehearsal. */
  readonly account: (url: string, listen: ListenOptions) => Account<Requirements>
}

/** A simulated platform on which buttons can be pressed. */
interface Pressable<F> extends Simulator<F>, Served {
  readonly press: (press: Pressing.Press) => Effect.Effect<unknown>
}

const simulated = <F>(
  row: Omit<Row, "make" | "manual"> & {
    readonly simulator: (pace: "earnest" | "brisk") => Effect.Effect<Pressable<F>, never, Scope.Scope>
    readonly commands: ReadonlyArray<Command<Fault | F>>
    /** the person at the terminal, as the platform knows them */
    readonly conversation: string
  }
): Row => {
  const { commands, conversation, simulator } = row
  return {
    ...row,
    manual: [...Talk.manual(commands), Pressing.manual],
    make: (pace) =>
      Effect.map(simulator(pace), (simulator) => ({
        served: simulator,
        say: (text) => Effect.asVoid(simulator.hear({ conversation, text })),
        saying: simulator.saying,
        connections: simulator.connections,
        obey: (line) =>
          (Pressing.isPress(line) ? Pressing.obey(simulator, conversation) : Talk.obey(simulator, commands))(line),
        heal: simulator.heal
      }))
  }
}

const qq = simulated({
  name: "qq",
  title: "QQ",
  simulator: (pace) => QQSimulator.make(pace === "brisk" ? { heartbeatInterval: Duration.seconds(5) } : {}),
  commands: QQCommands.commands,
  conversation: "c2c:5EAF00D0C0FFEE00DEADBEEF0BADCAFE",
  lines: (connections) => new Map(connections.map(({ id, state }) => [`line ${id}`, state])),
  away: "the bot is away; it hears this if it resumes its session",
  environment: (url) => ({
    QQ_APP_ID: QQSimulator.defaultBot.appId,
    // the simulated bot's secret opens nothing but this simulator
    QQ_CLIENT_SECRET: Redacted.value(QQSimulator.defaultBot.secret),
    QQ_TOKEN_BASE_URL: url,
    QQ_API_BASE_URL: url,
    QQ_ACCESS: "open"
  }),
  account: (url, listen) =>
    QQ.account({
      name: "demo",
      appId: QQSimulator.defaultBot.appId,
      clientSecret: QQSimulator.defaultBot.secret,
      access: { _tag: "Open" },
      tokenBaseUrl: url,
      apiBaseUrl: url,
      listen
    })
})

const telegram = simulated({
  name: "telegram",
  title: "Telegram",
  simulator: () => TelegramSimulator.make(),
  commands: TelegramCommands.commands,
  conversation: "chat:7001",
  // every poll is a line of its own: the newest stands for the bot
  lines: (connections) =>
    new Map(connections.map(({ state }) => (state === "webhook" ? ["a webhook", "set"] : ["the bot", state]))),
  away: "the bot is away; Telegram keeps this for a day",
  environment: (url) => ({
    // the simulated bot's token opens nothing but this simulator
    TELEGRAM_BOT_TOKEN: Redacted.value(TelegramSimulator.defaultBot.token),
    TELEGRAM_API_BASE_URL: url,
    TELEGRAM_ACCESS: "open"
  }),
  account: (url, listen) =>
    Telegram.account({
      name: "demo",
      token: TelegramSimulator.defaultBot.token,
      access: { _tag: "Open" },
      apiBaseUrl: url,
      // what is silent is noticed 5 s later
      pollTimeout: Duration.seconds(5),
      removeWebhook: true,
      listen
    })
})

/** Every platform that can be simulated, by the name that is typed. */
export const platforms = { qq, telegram } as const
