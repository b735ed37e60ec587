/** The last place at or before `limit` where a text may be cut without tearing a surrogate pair. */
const whole = (text: string, limit: number): number => {
  const unit = text.charCodeAt(limit - 1)
  return unit >= 0xd800 && unit <= 0xdbff ? limit - 1 : limit
}

const cut = (text: string, limit: number): number => {
  const newline = text.lastIndexOf("\n", limit)
  if (newline > limit / 2) return newline
  const space = text.lastIndexOf(" ", limit)
  return space > limit / 2 ? space : whole(text, limit)
}

/**
 * The parts of a text, each at most `limit` UTF-16 units, the first at most `first` (less than 2 is 2), cut after a line or a
 * word where one ends in the second half of a part. Joined with what was cut at, they are the text again.
 */
export const split = (text: string, limit: number, first = limit): ReadonlyArray<string> => {
  const parts: Array<string> = []
  let [rest, most] = [text, Math.max(first, 2)]
  while (rest.length > most) {
    const at = cut(rest, most)
    parts.push(rest.slice(0, at))
    rest = rest.slice(/\s/.test(rest.charAt(at)) ? at + 1 : at)
    most = Math.max(limit, 2)
  }
  return rest === "" && parts.length > 0 ? parts : [...parts, rest]
}
