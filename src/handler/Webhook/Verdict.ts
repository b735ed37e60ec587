import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/** What an answer's status says of the event, and of the endpoint. */
export interface Verdict {
  /** asking again with the same event may help */
  readonly retryable: boolean
  /** the endpoint is not to be asked now, whatever the event: that costs the event no attempt */
  readonly waits?: true
  /** the endpoint works, and has nothing to say to this event */
  readonly works?: true
  /** what a person does about it */
  readonly remedy?: string
}

const unacceptable: Verdict = { retryable: false, works: true }
const misplaced: Verdict = { retryable: false, remedy: "is its address right?" }
const forbidden: Verdict = { retryable: false, remedy: "does it have the same secret?" }
const passing: Verdict = { retryable: true }

/** Source: RFC 9110, section 15; 425: RFC 8470; 429: RFC 6585 */
export const verdicts: Readonly<Record<number, Verdict>> = {
  400: unacceptable,
  401: forbidden,
  403: forbidden,
  404: misplaced,
  405: misplaced,
  408: passing,
  409: passing,
  410: misplaced,
  413: unacceptable,
  415: unacceptable,
  422: unacceptable,
  425: passing,
  429: { retryable: true, waits: true },
  503: { retryable: true, waits: true }
}

/** By hundreds, for what is not in the table. */
const kinds: Readonly<Record<number, Verdict>> = {
  3: { retryable: false, remedy: "redirects are not followed: set the address that it leads to" },
  4: { retryable: false },
  5: passing
}

/** What becomes of an event that was answered so; undefined where the answer is to be read. */
export const verdict = (status: number): Verdict | undefined =>
  status >= 200 && status < 300
    ? undefined
    : (verdicts[status] ?? kinds[Math.floor(status / 100)] ?? { retryable: false })

/** No endpoint is left alone for longer because of what it asks for; milliseconds. */
const longestWait = 15 * 60_000

/** When a `Retry-After` allows the next request, in Unix milliseconds. Source: RFC 9110, section 10.2.3 */
export const retryAfter = (written: string | undefined, now: number): number | undefined => {
  if (written === undefined) return undefined
  const text = written.trim()
  const date = Option.getOrUndefined(DateTime.make(text.replace(/ GMT$/, "Z")))
  const at = /^\d+$/.test(text) ? now + Number(text) * 1000 : date?.epochMillis
  return at === undefined ? undefined : Math.min(at, now + longestWait)
}
