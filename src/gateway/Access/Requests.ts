import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { Request, same, Subject } from "./Guest.ts"

/** How long a code is good. */
export const lasts = Duration.minutes(10)

/** How many codes of one account are good at once, so that a crowd of strangers is not answered one by one. */
export const mostOpen = 10

/** How many codes one person, or one group, is given within `perSubject`. */
export const mostAsked = 5
const perSubject = Duration.toMillis("1 day")

/** How many wrong codes are taken for mistakes within `guessing`; then none is taken at all until it has passed. */
export const mostWrong = 5
const guessing = Duration.toMillis("1 hour")

/** How many strangers are remembered who asked; with so few codes at once there are not more within a day. */
const remembered = 2000

const Asked = Schema.Struct({ ...Subject.fields, since: Schema.Number, count: Schema.Number })

/** Who asks to be let in, who asked before, and when codes were wrong, of one account; times in Unix milliseconds. */
export const Requests = Schema.Struct({
  open: Schema.Array(Request),
  asked: Schema.Array(Asked),
  wrong: Schema.Array(Schema.Number)
})
export type Requests = typeof Requests.Type

export const none: Requests = { open: [], asked: [], wrong: [] }

/** What of it still counts at `now`. */
export const current = ({ asked, open, wrong }: Requests, now: number): Requests => ({
  open: open.filter(({ until }) => now < until),
  asked: asked.filter(({ since }) => now - since < perSubject),
  wrong: wrong.filter((at) => now - at < guessing)
})

/** Whether a subject is to be given a code: it has none that is good, has not had too many, and not too many others have one. */
export const mayAsk = ({ asked, open }: Requests, subject: Subject): boolean =>
  open.length < mostOpen && !open.some(same(subject)) && (asked.find(same(subject))?.count ?? 0) < mostAsked

const others = <A extends Subject>(all: ReadonlyArray<A>, subject: Subject): ReadonlyArray<A> => {
  const isSame = same(subject)
  return all.filter((one) => !isSame(one))
}

const askedOf = ({ asked }: Requests, { id, kind }: Subject, now: number, more: number) => {
  const { count = 0, since = now } = asked.find(same({ kind, id })) ?? {}
  return [...others(asked, { kind, id }), { kind, id, since, count: count + more }].slice(-remembered)
}

/** A code was given. */
export const opened = (requests: Requests, request: Request): Requests => ({
  ...requests,
  open: [...requests.open, request],
  asked: askedOf(requests, request, request.at, 1)
})

/** A request has been granted: what was asked before is forgiven, and so are wrong codes. */
export const granted = ({ asked, open }: Requests, subject: Subject): Requests => ({
  open: others(open, subject),
  asked: others(asked, subject),
  wrong: []
})

/** A request has been denied: no other code is given to them for a day. */
export const denied = (requests: Requests, subject: Subject, now: number): Requests => ({
  ...requests,
  open: others(requests.open, subject),
  asked: askedOf({ ...requests, asked: others(requests.asked, subject) }, subject, now, mostAsked)
})

/** A code was wrong. */
export const missed = (requests: Requests, now: number): Requests => ({
  ...requests,
  wrong: [...requests.wrong, now]
})

/** Until when no code is taken; undefined where codes are. */
export const closedUntil = ({ wrong }: Requests): number | undefined => {
  const [first] = wrong
  return first === undefined || wrong.length < mostWrong ? undefined : first + guessing
}
