import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import type { Post } from "../../../adapter/Simulator.ts"

/** A bot that the simulated platform knows. */
export interface SimulatedBot {
  readonly token: Redacted.Redacted
  /** its user id, which is the first part of its token */
  readonly id: string
  readonly username: string
  readonly name: string
  /** whether it is told of everything that is said in groups; otherwise only of what concerns it. True unless told otherwise */
  readonly readsAll?: boolean
}

/** How many sends in how long a span. */
export interface Pace {
  readonly sends: number
  readonly per: Duration.DurationInput
}

/** Everything about the simulated platform that a test may want otherwise. */
export interface TelegramSimulatorOptions {
  readonly bots: ReadonlyArray<SimulatedBot>
  /** conversations that exist before anything is heard there: `chat:7001`, `chat:-100…/17` */
  readonly conversations: ReadonlyArray<string>

  /** how long after the first update a parked poll waits for others; 1 to 2 ms in production */
  readonly batchFor: Duration.DurationInput
  /** polls that repeat their offset at once are slowed down, as in production */
  readonly slowRepeats: boolean
  readonly updateLife: Duration.DurationInput
  /** how long a pressed button may be answered, and how long it is told */
  readonly callbackLife: Duration.DurationInput
  /** updates that are kept for one bot; what comes on top is lost */
  readonly queueLimit: number

  /** webhooks may be plain HTTP, on any port and any address, as a local server allows */
  readonly anyWebhook: boolean
  /** what carries the platform's own requests; without one webhooks refuse, and a URL of media is taken for its content */
  readonly post: Post | undefined
  /** what every wait of the webhook's retries is multiplied by */
  readonly retryScale: number

  /** how often a bot may send or edit, over all and in one chat or group; without one nobody is held up */
  readonly pace: { readonly bot?: Pace; readonly chat?: Pace; readonly group?: Pace }
  /** bytes that a bot may fetch of one file */
  readonly downloadLimit: number
  /** lines of the record that are kept */
  readonly keepRecord: number
}

/** The one bot of a simulator that was told of no other. */
export const defaultBot: SimulatedBot = {
  token: Redacted.make("7100000001:AAHdemo-bot-of-the-simulated-platf0"),
  id: "7100000001",
  username: "demo_bot",
  name: "Demo"
}

export const defaults: TelegramSimulatorOptions = {
  bots: [defaultBot],
  conversations: [],
  batchFor: Duration.millis(1),
  slowRepeats: true,
  updateLife: Duration.days(1),
  callbackLife: Duration.seconds(150),
  queueLimit: 100_000,
  anyWebhook: false,
  post: undefined,
  retryScale: 1,
  pace: {},
  downloadLimit: 20 * 2 ** 20,
  keepRecord: 10_000
}
