import * as DateTime from "effect/DateTime"
import * as StatusLine from "../StatusLine.ts"
import type { Alert, HandlerTrouble, Trouble } from "./Alert.ts"

/** More accounts than these are only counted: it has to fit into one message of any platform. */
const told = 10

const at = (millis: number): string => DateTime.formatIso(DateTime.unsafeMake(millis)).replace(/\.\d+Z$/, "Z")

const begun: { readonly [What in Trouble["what"]]: (span: string) => string } = {
  down: (span) => `has been down for ${span}`,
  parked: () => "waits for a person",
  flapping: () => "keeps losing its connection soon after it has one"
}

const raised = (trouble: Trouble, now: number): string => {
  const { account, cause, next, remedy, since, what } = trouble
  const why = cause === undefined ? "" : `: ${cause}`
  const wait = next === undefined ? "" : ` It is tried again in ${StatusLine.span(Math.max(0, next - now))}.`
  return `${account} ${begun[what](StatusLine.span(now - since))}, since ${at(since)}${why}.${remedy === undefined ? "" : ` ${remedy}`}${wait}`
}

const ends: { readonly [Ended in NonNullable<Trouble["ended"]>]: (span: string) => string } = {
  connected: (span) => `is connected again, after ${span}`,
  paused: (span) => `was paused by an operator, after ${span}`,
  removed: (span) => `is no account any more, after ${span}`
}

const cleared = ({ account, ended = "connected", since, until = since }: Trouble): string =>
  `${account} ${ends[ended](StatusLine.span(until - since))}.`

const failing = ({ cause, handler, next, since }: HandlerTrouble, now: number): string => {
  const why = cause === undefined ? "" : `: ${cause}`
  const wait = next === undefined ? "" : `; it is tried again in ${StatusLine.span(Math.max(0, next - now))}`
  return `The handler ${handler} has failed for ${StatusLine.span(now - since)}, since ${at(since)}${why}. What is heard waits${wait}.`
}

const answering = ({ handler, since, until = since }: HandlerTrouble): string =>
  `The handler ${handler} answers again, after ${StatusLine.span(until - since)}.`

/** What a person reads: a line for each account, or handler. */
export const text = ({
  accounts,
  at,
  handlers = [],
  kind
}: Pick<Alert, "accounts" | "at" | "handlers" | "kind">): string => {
  const all = [
    ...accounts.map((trouble) => (kind === "raised" ? raised(trouble, at) : cleared(trouble))),
    ...handlers.map((trouble) => (kind === "raised" ? failing(trouble, at) : answering(trouble)))
  ]
  const lines = all.slice(0, told)
  const more = all.length - lines.length
  return [...lines, ...(more > 0 ? [`And so it is with ${more} more.`] : [])].join("\n")
}
