/** How far the program's clock is ahead of this one, in milliseconds: between these two. */
export interface Skew {
  readonly least: number
  readonly most: number
}

export const unknown: Skew = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }

/**
 * What an answer adds that was `dated` by the program, to the second, between `sent` and `received` by this clock. What
 * contradicts all before it means that a clock was set.
 */
export const learn = (
  known: Skew,
  { dated, received, sent }: { readonly dated: number; readonly received: number; readonly sent: number }
): Skew => {
  const here = { least: dated - received, most: dated + 1000 - sent }
  const both = { least: Math.max(known.least, here.least), most: Math.min(known.most, here.most) }
  return both.least <= both.most ? both : here
}

/** The best guess. */
export const ahead = ({ least, most }: Skew): number => (Number.isFinite(least + most) ? (least + most) / 2 : 0)
