const utf8 = new TextEncoder()

/** Whether what was given is the secret, in a time that tells at most how long the given text is. */
export const equal = (given: string, secret: string): boolean => {
  const [ours, theirs] = [utf8.encode(secret), utf8.encode(given)]
  let difference = ours.length ^ theirs.length
  for (const [index, byte] of theirs.entries()) difference |= byte ^ (ours[index % ours.length] ?? 0)
  return difference === 0
}
