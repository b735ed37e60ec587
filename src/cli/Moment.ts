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

const digits = (...numbers: ReadonlyArray<number>): ReadonlyArray<string> =>
  numbers.map((number) => String(number).padStart(2, "0"))

const day = (date: Date): string => digits(date.getFullYear(), date.getMonth() + 1, date.getDate()).join("-")
const time = (date: Date): string => digits(date.getHours(), date.getMinutes(), date.getSeconds()).join(":")

/** When something was, by the clock on this wall, and how long ago. */
export const whole = (at: number, now: number): string => {
  const date = new Date(at)
  return `${day(date)} ${time(date)} (${ago(at, now)})`
}

/** The same where room is short: the time of what was today, and the day of all else. */
export const short = (at: number, now: number): string => {
  const date = new Date(at)
  const today = day(date) === day(new Date(now))
  return `${today ? time(date) : day(date)}, ${ago(at, now)}`
}
