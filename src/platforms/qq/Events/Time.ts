/** RFC 3339, and how Go prints a time (`2023-11-06 13:37:18.2 +0800 CST m=+0.1`), which very old events carry. */
const written = /^\d{4}-(?:0\d|1[0-2])-[0-3]\d[T ][0-2]\d:[0-5]\d:[0-5]\d(\.\d+)? ?(?:Z|([+-]\d\d):?([0-5]\d))/

const zero = "0".charCodeAt(0)

const digits = (time: string, from: number, to: number): number => {
  let number = 0
  for (let at = from; at < to; at++) number = number * 10 + time.charCodeAt(at) - zero
  return number
}

/** Days from 1970-01-01 in the Gregorian calendar; years begin in March, so that the leap day is their last. */
const daysOf = (year: number, month: number, day: number): number => {
  const y = month > 2 ? year : year - 1
  const m = month > 2 ? month - 3 : month + 9
  return (
    y * 365 +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * m + 2) / 5) +
    day -
    719_469
  )
}

/** Reads what every message carries by hand: a calendar's full generality costs more than the rest of a message. */
const read = (time: string): number | undefined => {
  const parts = written.exec(time)
  if (parts === null) return undefined
  const [, fraction = "0", hours = "+00", minutes = "00"] = parts
  const days = daysOf(digits(time, 0, 4), digits(time, 5, 7), digits(time, 8, 10))
  const seconds = digits(time, 11, 13) * 3600 + digits(time, 14, 16) * 60 + digits(time, 17, 19)
  const east = (Math.abs(Number(hours)) * 60 + Number(minutes)) * (hours.startsWith("-") ? -60 : 60)
  return (days * 86_400 + seconds - east) * 1000 + Math.floor(Number(fraction) * 1000)
}

/** Messages that come together mostly carry the same second. */
let newest: { readonly time: string; readonly millis: number | undefined } = { time: "", millis: undefined }

const millisOf = (time: string): number | undefined => {
  if (newest.time !== time) newest = { time, millis: read(time) }
  return newest.millis
}

/** The end of what a clock can show, in Unix seconds. */
const lastSecond = 8.64e12

/** Unix milliseconds of a timestamp in any form that QQ uses: RFC 3339, Unix seconds, Go's own. */
export const timeOf = (timestamp: unknown): number | undefined => {
  if (typeof timestamp === "number") return timestamp > 0 && timestamp < lastSecond ? timestamp * 1000 : undefined
  if (typeof timestamp !== "string") return undefined
  return /^\d+$/.test(timestamp) ? timeOf(Number(timestamp)) : millisOf(timestamp)
}
