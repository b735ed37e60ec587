import { computed, signal } from "@preact/signals"
import { Access } from "./Access.tsx"
import { Account } from "./Account.tsx"
import { Announcer } from "./Announcer.tsx"
import { Handlers } from "./Handlers.tsx"
import { Letters } from "./Letters.tsx"
import { Lock } from "./Lock.tsx"
import { Reload } from "./Reload.tsx"
import * as Store from "./Store.ts"
import { moment, span, summary, words } from "./Words.ts"

/** How far the timelines reach back, in milliseconds. */
const widths = [
  ["2 min", 120_000],
  ["10 min", 600_000],
  ["1 h", 3_600_000],
  ["24 h", 86_400_000]
] as const

const chosen = signal<number | undefined>(undefined)

/** What was chosen; at first an hour, or less where less is known. */
const width = computed((): number => {
  if (chosen.value !== undefined) return chosen.value
  const now = Store.now.value
  const ages = Array.from(Store.timelines.value.values(), ([oldest]) => now - (oldest?.at ?? now))
  const known = Math.min(3_600_000, Math.max(0, ...ages))
  return widths.find(([, millis]) => millis >= known)?.[1] ?? 3_600_000
})

const Widths = () => (
  <fieldset class="widths">
    <legend class="unseen">How far the timelines reach back</legend>
    {widths.map(([name, millis]) => (
      <label key={name}>
        <input
          type="radio"
          name="width"
          checked={width.value === millis}
          onChange={() => {
            chosen.value = millis
          }}
        />
        <span>{name}</span>
      </label>
    ))}
  </fieldset>
)

const Lost = () => {
  const link = Store.link.value
  return (
    <div role="alert">
      {link._tag === "Lost" ? (
        <p class="lost">
          <b>The page has lost the program</b> since {moment(link.since, Store.now.value)}: {link.why}. What you see is
          from then; nothing is known of the {span(Store.now.value - link.since)} since. It is looked for all the time.
        </p>
      ) : null}
    </div>
  )
}

const worst = (): string => {
  const ranked = [...Store.accounts.value].sort(
    (one, other) => words[other.state._tag].rank - words[one.state._tag].rank
  )
  const [first] = ranked
  return first === undefined ? "off" : words[first.state._tag].tone
}

const Head = () => {
  const process = Store.process.value
  const link = Store.link.value._tag
  return (
    <header class="head">
      <p class="name">Holdfast</p>
      <h1 tabIndex={-1} class={link === "Live" ? worst() : "off"}>
        {link === "Live"
          ? summary(Store.accounts.value)
          : link === "Opening"
            ? "Looking for the program …"
            : "Nothing is known now."}
      </h1>
      <p class="process">
        {process === undefined
          ? ""
          : `process ${process.pid}, up ${span(Store.asOf.value - process.since)}, ${process.store}`}
      </p>
      <Widths />
      {link === "Live" ? <Reload /> : null}
    </header>
  )
}

/** With so many accounts those that are well can be left out. */
const many = 8

const onlyAway = signal(false)

const Only = () =>
  Store.accounts.value.length <= many ? null : (
    <label class="only">
      <input type="checkbox" checked={onlyAway.value} onChange={() => (onlyAway.value = !onlyAway.value)} /> only those
      that are not connected
    </label>
  )

const All = () => (
  <>
    {Store.accounts.value
      .filter(({ state }) => !onlyAway.value || state._tag !== "Connected")
      .map((status) => (
        <Account key={status.account} status={status} width={width.value} />
      ))}
  </>
)

/** All that there is to see. */
export const Page = () => {
  const link = Store.link.value
  if (link._tag === "Locked") return <Lock wrong={link.wrong} />
  return (
    <>
      <Lost />
      <Head />
      <main class={link._tag === "Live" ? "live" : "stale"}>
        <Only />
        <section class="accounts" aria-label="Accounts">
          <All />
        </section>
        <Handlers />
        <Letters />
        <Access />
      </main>
      <Announcer />
    </>
  )
}
