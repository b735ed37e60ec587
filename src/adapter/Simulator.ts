import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"

const times = Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { exact: true })

/**
 * What can be made to go wrong on any platform's other end. A fault lasts until `heal`, or for `times` occurrences where it
 * has that field. `step` names a moment in the life of a line: `http` (any request), `upgrade`, `hello`, `ready`.
 */
export const Fault = Schema.Union(
  /** connections are refused; `dns`: the name does not resolve; `reset`: accepted, then reset */
  Schema.TaggedStruct("Refuse", { as: Schema.Literal("refused", "dns", "reset"), times }),
  /** the step is accepted and never answered */
  Schema.TaggedStruct("Stall", { step: Schema.Literal("http", "upgrade", "hello", "ready"), times }),
  /** every line that is open now goes half-open: nothing is read, nothing is written, nothing is closed */
  Schema.TaggedStruct("Silence", {}),
  /** every line that is open now is cut without a word */
  Schema.TaggedStruct("Cut", {}),
  /** every line that is open now is closed with this code */
  Schema.TaggedStruct("Close", { code: Schema.Int, reason: Schema.optionalWith(Schema.String, { exact: true }) }),
  /** every line is closed with this code when it reaches the step, or `after` this many milliseconds of being ready */
  Schema.TaggedStruct("CloseOn", {
    step: Schema.Literal("upgrade", "identify", "resume", "ready"),
    code: Schema.Int,
    after: Schema.optionalWith(Schema.Number, { exact: true }),
    times
  }),
  /** requests whose path contains `path` (all when absent) are answered with this status and body */
  Schema.TaggedStruct("Answer", {
    path: Schema.optionalWith(Schema.String, { exact: true }),
    status: Schema.Int,
    body: Schema.String,
    type: Schema.optionalWith(Schema.String, { exact: true }),
    times
  }),
  /** requests whose path contains `path` are carried out, and their answer is lost */
  Schema.TaggedStruct("LoseAnswer", { path: Schema.String, times }),
  /** every answer and frame comes this many milliseconds late */
  Schema.TaggedStruct("Delay", { millis: Schema.Number }),
  /** the next events are delivered twice */
  Schema.TaggedStruct("Duplicate", { times }),
  /** the next two events change places */
  Schema.TaggedStruct("Reorder", { times }),
  /** this text is sent as a frame on every open line */
  Schema.TaggedStruct("Malformed", { text: Schema.String })
)
export type Fault = typeof Fault.Type

/** What a person says to the bot: in `conversation`, by the platform's own id for it (made known by being named). */
export interface Heard {
  readonly conversation: string
  readonly text: string
  readonly from?: string
  /** the bot that hears it, by the platform's id for bots; every bot when absent */
  readonly account?: string
}

/** A button as people see it: what it says, and what comes of pressing it. */
export interface SaidButton {
  readonly label: string
  /** the platform's own id for it, where it has one */
  readonly id?: string
  /** what the bot is told when it is pressed */
  readonly data?: string
  /** what it opens instead */
  readonly url?: string
}

/** What the bot said, as the platform shows it to people. */
export interface Said {
  readonly id: string
  /** the bot that said it, by the platform's id for bots */
  readonly account: string
  readonly conversation: string
  readonly text: string
  /** the platform's id of what it answers, if it is an answer */
  readonly replyTo?: string
  /** what stands above the text, in the platform's own word for it: an image, a video */
  readonly shows?: string
  /** rows of buttons below it, if there are any */
  readonly buttons?: ReadonlyArray<ReadonlyArray<SaidButton>>
  /** Unix milliseconds */
  readonly at: number
}

export interface SimulatedConnection {
  readonly id: number
  readonly state: string
  /** Unix milliseconds */
  readonly since: number
}

/** One thing that happened, for the record: nothing is left out of it. */
export interface Recorded {
  readonly at: number
  readonly what: string
  readonly detail: unknown
}

/** A request as it reaches a platform, or as a platform makes one, whatever carries it. Header names are in lower case. */
export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly bytes: Uint8Array
  /** the bytes, read as text */
  readonly body: string
}

const utf8 = new TextDecoder()

/** A request of these bytes; they are read as text only when somebody asks. */
export const httpRequest = (request: Omit<HttpRequest, "body">): HttpRequest => ({
  ...request,
  get body() {
    return utf8.decode(request.bytes)
  }
})

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Who makes a platform's own requests, to webhooks and for files that it is given by URL: the network, or what stands for it. */
export type Post = (request: HttpRequest) => Effect.Effect<HttpAnswer, NoAnswer>

/** The network gave no answer; the code is what Node reports for it. An answer that never comes is an effect that never ends. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{
  readonly code: "ECONNREFUSED" | "ENOTFOUND" | "ECONNRESET"
}> {}

/** The request to upgrade to a WebSocket was answered as an ordinary request. */
export class UpgradeRefused extends Data.TaggedError("UpgradeRefused")<{ readonly answer: HttpAnswer }> {}

/** What a simulator does to the far end of a WebSocket line: a transport carries it out, in order. */
export interface Peer {
  readonly send: (text: string) => void
  readonly pong: () => void
  readonly close: (code: number, reason: string) => void
  /** the line is cut without a word */
  readonly cut: () => void
  /** from now on nothing is read, not even a close: the line is half-open */
  readonly hush: () => void
}

/** What a transport tells a simulator about a WebSocket line that it carries. `closed` is said once, when the peer is gone. */
export interface Line {
  readonly receive: (text: string) => void
  readonly ping: () => void
  readonly closed: (code: number) => void
}

/** A platform's other end without a transport: served in memory and on a port alike. */
export interface Served {
  readonly http: (request: HttpRequest) => Effect.Effect<HttpAnswer, NoAnswer>
  /** Decides about an upgrade; what it gives back starts the line once the transport has it open. */
  readonly upgrade: (
    request: HttpRequest
  ) => Effect.Effect<(peer: Peer) => Effect.Effect<Line>, NoAnswer | UpgradeRefused>
}

/** The other end of a platform, with faults on request: one control surface for all platforms; `F` are a platform's own faults. */
export interface Simulator<F = never> {
  /** A person says something; the answer is the platform's id of the message. */
  readonly hear: (heard: Heard) => Effect.Effect<string>
  readonly said: Effect.Effect<ReadonlyArray<Said>>
  /** What the bot says from now on. */
  readonly saying: Stream.Stream<Said>
  readonly connections: Effect.Effect<ReadonlyArray<SimulatedConnection>>
  readonly fault: (fault: Fault | F) => Effect.Effect<void>
  readonly heal: Effect.Effect<void>
  readonly record: Effect.Effect<ReadonlyArray<Recorded>>
}
