import { useState } from "preact/hooks"
import { useAsOf, useOf } from "./Seen.ts"
import { connectedShare, type Segment, segments } from "./Segments.ts"
import * as Store from "./Store.ts"
import { moment, span, words } from "./Words.ts"

/** What one stretch was, in words. */
const told = ({ entry, from, of, tag, to }: Segment, now: number): string => {
  const others = of > 1 ? `, the worst of ${of} too short to be shown` : ""
  const cause = entry.cause === undefined || tag === "Connected" ? "" : `: ${entry.cause}`
  return `${moment(from, now)}, ${span(to - from)}: ${words[tag].word}${others}${cause}`
}

const middle = (segment: Segment | undefined): number | undefined =>
  segment === undefined ? undefined : (segment.from + segment.to) / 2

const shareOf = (all: ReadonlyArray<Segment>): string => {
  const share = connectedShare(all)
  if (share === undefined) return "nothing is known yet"
  // what was not all of it is not called all of it
  return `connected ${share === 1 ? "100" : (Math.floor(share * 1000) / 10).toFixed(1)}% of the time`
}

/** An account's states over time: an outage stands out by its height, and tells what it was when it is pointed at. */
export const Band = ({ account, width }: { readonly account: string; readonly width: number }) => {
  // a moment, not an entry: what is too short to be shown becomes part of something else
  const [pointed, point] = useState<number | undefined>(undefined)
  // nothing that is narrower can be seen to move
  const step = Math.max(1000, width / 600)
  const lost = Store.link.value._tag === "Lost"
  const asOf = useAsOf()
  const to = Math.ceil((lost ? Store.now.value : asOf) / step) * step
  const from = to - width
  const all = segments(useOf(Store.timelines, account) ?? [], from, lost ? asOf : to)
  const found = all.findIndex(({ from, to }) => pointed !== undefined && from <= pointed && pointed < to)
  const chosen = all[found]
  const move = (by: number): void => {
    const next = found < 0 ? all.length - 1 : Math.min(all.length - 1, Math.max(0, found + by))
    point(middle(all[next]))
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    Home: () => move(-all.length),
    End: () => move(all.length),
    Escape: () => point(undefined)
  }
  const text = chosen === undefined ? shareOf(all) : told(chosen, to)
  return (
    <div class="timeline">
      <div
        class="band"
        role="slider"
        tabIndex={0}
        aria-label={`States of ${account} in the last ${span(width)}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, all.length - 1)}
        aria-valuenow={Math.max(0, found)}
        aria-valuetext={text}
        onKeyDown={(event) => {
          const act = keys[event.key]
          if (act === undefined) return
          event.preventDefault()
          act()
        }}
        onBlur={() => point(undefined)}
        onPointerLeave={() => point(undefined)}
      >
        {all.map((segment) => (
          <span
            key={segment.entry.id}
            class={`segment ${words[segment.tag].tone} ${segment.tag} ${segment === chosen ? "chosen" : ""}`}
            style={{
              left: `${((segment.from - from) / width) * 100}%`,
              width: `${((segment.to - segment.from) / width) * 100}%`
            }}
            onPointerEnter={() => point(middle(segment))}
          />
        ))}
      </div>
      <div class="scale" aria-hidden="true">
        <span>{span(width).replace(/ 00.$/, "")} ago</span>
        <span class="told">{text}</span>
        <span>now</span>
      </div>
    </div>
  )
}
