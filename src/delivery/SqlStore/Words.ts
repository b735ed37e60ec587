// PostgreSQL keeps no NUL, and neither database keeps half of a surrogate pair; what looks quoted already is quoted too.
const unfit = /^"|\0|\p{Surrogate}/u

/** A text as every database can keep it: nearly always itself. */
export const written = (text: string): string => (unfit.test(text) ? JSON.stringify(text) : text)

/** The text that was `written`. */
export const read = (text: string): string => (text.startsWith('"') ? String(JSON.parse(text)) : text)
