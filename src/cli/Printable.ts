/** What a terminal would obey, or show where it does not stand: control characters, and marks that turn the order of others. */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

const escaped = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`

/** A text of strangers, as it may be shown at a terminal: on one line. */
export const line = (text: string): string => text.replace(unprintable, escaped)

/** The same of a text that has lines. */
export const lines = (text: string): string => text.split("\n").map(line).join("\n")
