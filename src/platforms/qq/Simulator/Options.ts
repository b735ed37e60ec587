import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import type { Digest } from "../../../adapter/Digest.ts"
import { everyIntent } from "./Intents.ts"
import type { Mail } from "./Posting.ts"

/** A bot that the simulated platform knows. */
export interface SimulatedBot {
  readonly appId: string
  readonly secret: Redacted.Redacted
  /** its user id and name, as READY and `/users/@me` give them */
  readonly id: string
  readonly name: string
  /** where its events are posted too, besides what its sessions are told */
  readonly webhook?: string
}

/** How often a bot may speak unasked in one conversation. */
export interface Quota {
  readonly perDay: number
  readonly perMinute: number
}

/** For how long after a message, and how many times, it can be replied to. */
export interface Replies {
  readonly within: Duration.DurationInput
  readonly replies: number
}

type Kinds<A> = { readonly c2c: A; readonly group: A; readonly channel: A; readonly dm: A }

/** Everything about the simulated platform that its documentation leaves open, changed over time, or that a test wants otherwise. */
export interface QQSimulatorOptions {
  readonly bots: ReadonlyArray<SimulatedBot>
  /** conversations that exist before anything is heard there */
  readonly conversations: ReadonlyArray<string>
  /** what discovery answers; by default the host that was asked, with the path `/websocket` */
  readonly gatewayUrl: string | undefined
  readonly shards: number
  readonly sessionStarts: { readonly total: number; readonly per: Duration.DurationInput }

  readonly tokenLife: Duration.DurationInput
  /** in this last part of a token's life a call gives a new one, and both are valid */
  readonly tokenOverlap: Duration.DurationInput

  readonly heartbeatInterval: Duration.DurationInput
  /** silence from the client that ends the line, in heartbeat intervals */
  readonly heartbeatsMissed: number
  readonly identifyWithin: Duration.DurationInput
  /** how often op 7 is sent by itself; production does it about every 30 minutes */
  readonly reconnectEvery: Duration.DurationInput | undefined
  readonly reconnectGrace: Duration.DurationInput
  readonly framesPerMinute: number
  readonly resumeWithin: Duration.DurationInput
  readonly resumeEvents: number
  /** which of a shard's sessions get an event: the one that was connected last, or all that may still be resumed */
  readonly deliverTo: "newest" | "all"
  readonly singleSessionPerShard: boolean
  /** what carries and signs what is posted to webhooks; without it nothing is */
  readonly mail: Mail | undefined
  /** how long an answer is waited for, and after which pauses the event is posted again */
  readonly posting: { readonly within: Duration.DurationInput; readonly again: ReadonlyArray<Duration.DurationInput> }
  /** the intents that the bots were granted in the console */
  readonly granted: number
  readonly refuseIntentsWith: "op9" | 4014 | 4004
  readonly refuseResumeWith: "op9" | 4006

  /** what a message in a group arrives as */
  readonly groupEvent: "GROUP_AT_MESSAGE_CREATE" | "GROUP_MESSAGE_CREATE"
  readonly replies: Kinds<Replies>
  readonly quota: Kinds<Quota>
  /** the rules for speaking unasked in C2C and groups: those of 2025 (`off`) or those of 2026 (`quota`) */
  readonly active: "off" | "quota"
  /** UTF-16 units */
  readonly textLimit: number
  /** the number of a streamed message's next step: one more than the last, or any greater one */
  readonly streamIndex: "next" | "later"
  /** the domains that URLs in a text may belong to */
  readonly domains: "any" | ReadonlyArray<string>
  /** bytes of a file that comes along with a request */
  readonly fileLimit: number
  /** bytes of a file that comes in parts, and of each of these */
  readonly uploadLimit: number
  readonly blockSize: number
  /** how long it takes to see that a part has come */
  readonly partSeenAfter: Duration.DurationInput
  /** what compares files that come in parts with what is said of them; without it that is believed */
  readonly digest: Context.Tag.Service<Digest> | undefined
  /** the bots may send keyboards */
  readonly keyboards: boolean
  /** what guild sends are answered with: a message, or a promise to look at it */
  readonly audit: boolean
  /** the form of `timestamp` in the answer to a send */
  readonly timestamp: "string" | "integer"
}

/** The one bot of a simulator that was told of no other. */
export const defaultBot: SimulatedBot = {
  appId: "102000001",
  secret: Redacted.make("DG5g3B4j9X2KOErG"),
  id: "11409876543210987654",
  name: "demo-bot"
}

const guildReplies = { within: Duration.minutes(5), replies: Number.POSITIVE_INFINITY }

export const defaults: QQSimulatorOptions = {
  bots: [defaultBot],
  conversations: [],
  gatewayUrl: undefined,
  shards: 1,
  sessionStarts: { total: 1000, per: Duration.days(1) },
  tokenLife: Duration.seconds(7200),
  tokenOverlap: Duration.seconds(60),
  heartbeatInterval: Duration.millis(45_000),
  heartbeatsMissed: 2.5,
  identifyWithin: Duration.seconds(30),
  reconnectEvery: undefined,
  reconnectGrace: Duration.seconds(5),
  framesPerMinute: 120,
  resumeWithin: Duration.minutes(5),
  resumeEvents: 1000,
  deliverTo: "newest",
  singleSessionPerShard: false,
  mail: undefined,
  posting: {
    within: Duration.seconds(5),
    again: [Duration.seconds(1), Duration.seconds(5), Duration.seconds(30)]
  },
  granted: everyIntent,
  refuseIntentsWith: "op9",
  refuseResumeWith: "op9",
  groupEvent: "GROUP_AT_MESSAGE_CREATE",
  replies: {
    c2c: { within: Duration.minutes(60), replies: 4 },
    group: { within: Duration.minutes(5), replies: 5 },
    channel: guildReplies,
    dm: guildReplies
  },
  quota: {
    c2c: { perDay: 1000, perMinute: 20 },
    group: { perDay: 1000, perMinute: 20 },
    channel: { perDay: 20, perMinute: 300 },
    dm: { perDay: 2, perMinute: 300 }
  },
  active: "quota",
  textLimit: 5000,
  streamIndex: "next",
  domains: "any",
  fileLimit: 20_000_000,
  uploadLimit: 200_000_000,
  blockSize: 5_000_000,
  partSeenAfter: Duration.zero,
  digest: undefined,
  keyboards: true,
  audit: false,
  timestamp: "string"
}
