/** Spans, from the longest: how long each is in milliseconds. */
const units: ReadonlyArray<readonly [unit: string, length: number]> = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000]
]

/** How long ago something was, for a person: in the longest unit of which there is a whole one. */
export const ago = (at: number, now: number): string => {
  const [unit, length] = units.find(([, length]) => now - at >= length) ?? ["", 0]
  return length === 0 ? "just now" : `${Math.floor((now - at) / length)}${unit} ago`
}

/** How long something is, for a person: in its longest unit, and the one below where that is not nothing. */
export const span = (millis: number): string => {
  const index = units.findIndex(([, length]) => millis >= length)
  const [unit, length] = units[index] ?? ["s", 1000]
  const [below, fraction] = units[index + 1] ?? ["", 0]
  const rest = fraction === 0 || index < 0 ? 0 : Math.floor((millis % length) / fraction)
  return `${Math.max(0, Math.floor(millis / length))}${unit}${rest === 0 ? "" : ` ${rest}${below}`}`
}

const digits = (...numbers: ReadonlyArray<number>): ReadonlyArray<string> =>
  numbers.map((number) => String(number).padStart(2, "0"))

const day = (date: Date): string => digits(date.getFullYear(), date.getMonth() + 1, date.getDate()).join("-")
const time = (date: Date): string => digits(date.getHours(), date.getMinutes(), date.getSeconds()).join(":")

/** When something was, by the clock on this wall. */
export const stamp = (at: number): string => {
  const date = new Date(at)
  return `${day(date)} ${time(date)}`
}

/** The same, and how long ago that is. */
export const whole = (at: number, now: number): string => `${stamp(at)} (${ago(at, now)})`

/** The time of what is today by the clock on this wall, and the day and the time of all else. */
export const clock = (at: number, now: number): string => {
  const date = new Date(at)
  return day(date) === day(new Date(now)) ? time(date) : stamp(at)
}

/** When something is due, and in how long; how late it is where that is past. */
export const due = (at: number, now: number): string => {
  if (now - at >= 1000) return `${clock(at, now)}, ${span(now - at)} ago`
  // what is due in less than a second is due in one, not in none
  return `${clock(at, now)}, in ${span(Math.max(1000, Math.ceil((at - now) / 1000) * 1000))}`
}

/** The same where room is short: the time of what was today, and the day of all else. */
export const short = (at: number, now: number): string => {
  const date = new Date(at)
  const today = day(date) === day(new Date(now))
  return `${today ? time(date) : day(date)}, ${ago(at, now)}`
}
