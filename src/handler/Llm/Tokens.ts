/** Of a script that is written with spaces, some letters make a token; of one that is not, hardly any does. */
const lettersOfOne = 4

/**
 * About how many tokens a text is: a quarter of its ASCII, and everything else one each. Models count differently; none of
 * those that are in use counts half as many again.
 */
export const estimate = (text: string): number => {
  let ascii = 0
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 128) ascii++
  return Math.ceil(ascii / lettersOfOne) + text.length - ascii
}

/** The last of `items` that fit together, by what each costs. */
export const fitting = <A>(items: ReadonlyArray<A>, budget: number, cost: (item: A) => number): ReadonlyArray<A> => {
  let spent = 0
  const index = items.findLastIndex((item) => (spent += cost(item)) > budget)
  return items.slice(index + 1)
}
