/** What marks something wherever it stands, and what does at the beginning of a line. */
const [anywhere, first] = [/[\\`*_~[\]<&]/g, /^(\s*)([#>+-]|\d+(?=[.)]))/gm]

/** A text as markdown that reads as it stands, letter for letter. */
export const verbatim = (text: string): string =>
  text
    .replace(anywhere, String.raw`\$&`)
    .replace(first, (_, indent: string, mark: string) =>
      /\d/.test(mark) ? `${indent}${mark}\\` : `${indent}\\${mark}`
    )
