/** One thing that was said, by a person or by a bot; `text` names it, and no two things that people say are named alike. */
export interface Words {
  /** the bot, and where it was talked to */
  readonly conversation: string
  readonly text: string
}

/** What a run comes to, as it is known where the people are. */
export interface Testimony {
  /** what people said, in order */
  readonly asked: ReadonlyArray<Words>
  /** what bots said, as the platform showed it to people, in order */
  readonly shown: ReadonlyArray<Words>
  /** answers that were put aside because they may have arrived */
  readonly uncertain: ReadonlyArray<Words>
}

/** What became of the answers. Each list names the words that it is about, once for each time that it happened. */
export interface Verdict {
  readonly messages: number
  /** never answered, and not known to be uncertain */
  readonly lost: ReadonlyArray<Words>
  /** answered once more */
  readonly doubled: ReadonlyArray<Words>
  /** answered after something that was said later in the same conversation */
  readonly reordered: ReadonlyArray<Words>
  /** said by a bot where nobody had asked for it */
  readonly unasked: ReadonlyArray<Words>
  /** may have arrived, and is known to be uncertain */
  readonly uncertain: ReadonlyArray<Words>
  /** is known to be uncertain, and did not arrive */
  readonly unseen: ReadonlyArray<Words>
}

const nameOf = ({ conversation, text }: Words): string => `${conversation} ${text}`

/** Compares what bots were seen to say with what they were asked, where each says back what it hears. */
export const judge = ({ asked, shown, uncertain }: Testimony): Verdict => {
  const places = new Map(asked.map((words, place) => [nameOf(words), place]))
  const seen = new Set<string>()
  const latest = new Map<string, number>()
  const doubled: Array<Words> = []
  const reordered: Array<Words> = []
  const unasked: Array<Words> = []
  for (const words of shown) {
    const name = nameOf(words)
    const place = places.get(name)
    if (place === undefined) unasked.push(words)
    else if (seen.has(name)) doubled.push(words)
    else {
      seen.add(name)
      const before = latest.get(words.conversation) ?? -1
      if (place < before) reordered.push(words)
      latest.set(words.conversation, Math.max(place, before))
    }
  }
  const doubts = new Set(uncertain.map(nameOf))
  const lost = asked.filter((words) => !seen.has(nameOf(words)) && !doubts.has(nameOf(words)))
  const unseen = uncertain.filter((words) => !seen.has(nameOf(words)))
  return { messages: asked.length, lost, doubled, reordered, unasked, uncertain, unseen }
}

/** The verdict in figures. */
export const told = (verdict: Verdict): string =>
  [
    `${verdict.messages} messages`,
    ...(["lost", "doubled", "reordered", "unasked", "uncertain", "unseen"] as const).map(
      (what) => `${what} ${verdict[what].length}`
    )
  ].join(", ")
