import * as Schema from "effect/Schema"
import { AccountId } from "../domain/Address.ts"
import { type Message, MessageId } from "../domain/Message.ts"

/**
 * The listen loop cannot go on by itself. `retryable` is rescheduled by the gateway; anything else parks the account,
 * because a person must act: `remedy` says what to do.
 */
export class AdapterFatal extends Schema.TaggedError<AdapterFatal>()("AdapterFatal", {
  account: AccountId,
  reason: Schema.Literal(
    "Exhausted",
    "Unauthorized",
    "Banned",
    "Misconfigured",
    "Conflict",
    "Unresponsive",
    "Ended",
    "Defect"
  ),
  retryable: Schema.Boolean,
  /** attempts of the listen loop that came to nothing before it gave up */
  attempts: Schema.NonNegativeInt,
  lastCause: Schema.String,
  remedy: Schema.String,
  /** milliseconds after which it is worth trying again, where that is known; instead of a delay that is drawn */
  retryAfter: Schema.optionalWith(Schema.Number, { exact: true })
}) {
  /** What happened, for where the account is named already. */
  get summary(): string {
    const tries = this.attempts === 0 ? "" : ` after ${this.attempts} attempts`
    return `${this.reason}${tries}: ${this.lastCause}`
  }

  override get message(): string {
    return `${this.account}: ${this.summary}`
  }
}

/** Why an account cannot go on, and what a person does about it. */
export type Verdict = Pick<AdapterFatal, "reason" | "remedy">

/** An account that cannot go on. Only who else uses its token may change without anybody's doing. */
export const fatal = (account: AccountId, { reason, remedy }: Verdict, lastCause: string, attempts = 0): AdapterFatal =>
  new AdapterFatal({ account, reason, remedy, retryable: reason === "Conflict", attempts, lastCause })

/**
 * One line to the platform is gone; the listen loop decides what follows. `reason` says what it costs: `Held`, `Budgeted` and `Expired`
 * spend no attempt, a `retryAfter` (milliseconds, obeyed up to 15 min) spends one of a budget of its own.
 */
export class ConnectionLost extends Schema.TaggedError<ConnectionLost>()("ConnectionLost", {
  account: AccountId,
  reason: Schema.Literal(
    /** the platform closed the line, or asked us to */
    "Closed",
    /** the network refused, reset or ended it */
    "Transport",
    /** a step did not finish within its deadline */
    "Timeout",
    /** no sign of life within the bound */
    "Silent",
    /** the platform refused us, or a new session */
    "Refused",
    /** the platform no longer continues the session; beginning a fresh one is no failure yet, and is tried at once */
    "Expired",
    /** the platform asked us to slow down */
    "RateLimited",
    /** a budget that the platform enforces by punishment is spent for now */
    "Budgeted",
    /** our own side took nothing for too long, so we let go of the line */
    "Held",
    /** the session ended without a word */
    "Ended"
  ),
  cause: Schema.String,
  /** the platform's or the protocol's close code, or an HTTP status */
  code: Schema.optionalWith(Schema.Number, { exact: true }),
  /** the platform's session may be continued on the next line */
  resumable: Schema.Boolean,
  /** milliseconds that the platform, or a budget, asks us to wait */
  retryAfter: Schema.optionalWith(Schema.Number, { exact: true })
}) {
  override get message(): string {
    return `${this.cause}${this.code === undefined ? "" : ` (${this.code})`}`
  }
}

/**
 * A message was not, or perhaps not, taken. `Rejected`: never will be. `RateLimited`: not before `until` (Unix
 * milliseconds). `Unreachable`: no bytes left, try again. `Uncertain`: bytes left and no answer came; it may have arrived.
 */
export class SendError extends Schema.TaggedError<SendError>()("SendError", {
  messageId: MessageId,
  reason: Schema.Literal("Rejected", "RateLimited", "Unreachable", "Uncertain"),
  cause: Schema.String,
  code: Schema.optionalWith(Schema.Number, { exact: true }),
  until: Schema.optionalWith(Schema.Number, { exact: true })
}) {
  override get message(): string {
    return `${this.reason}: ${this.cause}${this.code === undefined ? "" : ` (${this.code})`}`
  }
}

/** A message that was not, or perhaps not, said; `code` is the platform's own, `until` in Unix milliseconds. */
export const unsaid = (
  { id: messageId }: Message,
  reason: SendError["reason"],
  cause: string,
  code?: number,
  until?: number
): SendError =>
  new SendError({
    messageId,
    reason,
    cause,
    ...(code === undefined ? undefined : { code }),
    ...(until === undefined ? undefined : { until })
  })

/** An attachment was not, or not wholly, fetched. `retryable`: trying again may help; else it is gone, too big, or refused. */
export class DownloadFailed extends Schema.TaggedError<DownloadFailed>()("DownloadFailed", {
  account: AccountId,
  cause: Schema.String,
  retryable: Schema.Boolean
}) {
  override get message(): string {
    return `${this.account}: ${this.cause}`
  }
}
