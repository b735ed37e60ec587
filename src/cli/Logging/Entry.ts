import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as HashMap from "effect/HashMap"
import type * as Logger from "effect/Logger"
import * as Tracer from "effect/Tracer"

/** One line of the log, as programs read it. What is not there is not said. */
export interface Entry {
  /** ISO 8601, in UTC */
  readonly time: string
  /** trace, debug, info, warning, error or fatal */
  readonly level: string
  readonly message: string
  /** whom it is about */
  readonly account?: string
  /** what else is known, by name */
  readonly details?: Readonly<Record<string, unknown>>
  /** of a defect, with where it came from */
  readonly cause?: string
  /** the walk of an event that this belongs to, and the step of it */
  readonly trace?: string
  readonly span?: string
}

const levels: Readonly<Record<string, string>> = { WARN: "warning" }

const part = (message: unknown): string => {
  if (typeof message === "string") return message
  return Cause.isCause(message) ? Cause.pretty(message) : JSON.stringify(message)
}

/** All that was said, in one text. */
export const text = (message: unknown): string => (Array.isArray(message) ? message : [message]).map(part).join(" ")

/** Only a span that is told to somebody is worth naming. */
const spanOf = (refs: FiberRefs.FiberRefs): Pick<Entry, "trace" | "span"> | undefined => {
  const context = FiberRefs.getOrDefault(refs, FiberRef.currentContext)
  const parent = Context.getOption(context, Tracer.ParentSpan)
  return parent._tag === "Some" && parent.value.sampled
    ? { trace: parent.value.traceId, span: parent.value.spanId }
    : undefined
}

export const of = ({ annotations, cause, context, date, logLevel, message }: Logger.Logger.Options<unknown>): Entry => {
  const { account, ...details } = Object.fromEntries(HashMap.toEntries(annotations))
  return {
    time: date.toISOString(),
    level: levels[logLevel.label] ?? logLevel.label.toLowerCase(),
    message: text(message),
    ...(account === undefined ? undefined : { account: String(account) }),
    ...(Object.keys(details).length === 0 ? undefined : { details }),
    ...(Cause.isEmpty(cause) ? undefined : { cause: Cause.pretty(cause) }),
    ...spanOf(context)
  }
}
