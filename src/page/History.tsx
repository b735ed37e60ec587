import { Glyph } from "./Glyph.tsx"
import { useAsOf, useOf } from "./Seen.ts"
import { timelines } from "./Store.ts"
import type { Entry, Tag } from "./Wire.ts"
import { moment, words } from "./Words.ts"

/** How many are told at once. */
const most = 12

/** States of which the cause is that of the state before. */
const silent: ReadonlySet<Tag> = new Set(["Connected", "Connecting", "Stopping", "Paused"])

const Happened = ({ entry }: { readonly entry: Entry }) => (
  <li>
    <time>{moment(entry.at, useAsOf())}</time>
    <Glyph tag={entry.state._tag} />
    <span>
      {words[entry.state._tag].word}
      {entry.cause === undefined || silent.has(entry.state._tag) ? "" : `: ${entry.cause}`}
      {entry.state._tag === "Reconnecting" ? `; attempt ${entry.attempts + 1} is next` : ""}
    </span>
  </li>
)

/** What became of an account of late, the newest first. */
export const History = ({ account }: { readonly account: string }) => {
  const all = useOf(timelines, account) ?? []
  // a try that has come to something is told by what it came to
  const entries = all
    .filter((entry, index) => entry.state._tag !== "Connecting" || index === all.length - 1)
    .slice(-most)
    .toReversed()
  return (
    <details class="history">
      <summary>What happened</summary>
      <ol>
        {entries.map((entry) => (
          <Happened key={entry.id} entry={entry} />
        ))}
      </ol>
    </details>
  )
}
