import { Act, useDoing, Wrong } from "./Act.tsx"
import { del, post } from "./Ask.ts"
import { Band } from "./Band.tsx"
import { Chat } from "./Chat.tsx"
import { Glyph } from "./Glyph.tsx"
import { History } from "./History.tsx"
import { Queues } from "./Queues.tsx"
import { Seen, useAsOf, useSeen } from "./Seen.ts"
import { Spark } from "./Spark.tsx"
import * as Store from "./Store.ts"
import { Sure } from "./Sure.tsx"
import type { AccountStatus, Difference } from "./Wire.ts"
import { countdown, due, moment, span, words } from "./Words.ts"

/** Who it is, and when it last gave a sign of life. */
const Well = ({ status }: { readonly status: AccountStatus }) => {
  const now = useAsOf()
  const name = status.self?.name ?? status.self?.id
  const life = status.lastLife === undefined ? "" : `last sign of life ${span(now - status.lastLife)} ago`
  return (
    <p class="why">
      {name === undefined ? null : (
        <>
          as <b>{name}</b>,{" "}
        </>
      )}
      {life}
    </p>
  )
}

/** Why it is away, what happens next and when, and what a person can do. */
const Ill = ({ status }: { readonly status: AccountStatus }) => {
  const { next } = words[status.state._tag]
  const now = useAsOf()
  const until = due(status.state)
  return (
    <>
      {status.cause === undefined || status.state._tag === "Paused" ? null : <p class="why">{status.cause}</p>}
      {status.state._tag === "Paused" ? <p class="why">by an operator, until it is resumed</p> : null}
      {next === undefined || until === undefined ? null : (
        <p class="next">
          {next(status)} <b>{countdown(until - now)}</b>
          {status.flapping ? <span class="flapping">its sessions keep dying young</span> : null}
        </p>
      )}
      {status.state._tag === "Parked" ? (
        <p class="remedy">
          <b>A person is needed.</b> {status.state.remedy}
        </p>
      ) : null}
    </>
  )
}

/** The newest stretch that can never be heard again, if it ended not long ago. */
const Missed = ({ status }: { readonly status: AccountStatus }) => {
  const now = useAsOf()
  const gap = status.gaps.at(-1)
  return gap === undefined ? null : (
    <p class="gap">
      What was said for {span(gap.to - gap.from)} before {moment(gap.to, now)} may not have been heard.
    </p>
  )
}

const Buttons = ({ status }: { readonly status: AccountStatus }) => {
  const doing = useDoing()
  const tell = (what: string) => async (): Promise<void> => {
    Store.heardStatus(await post<AccountStatus>(`/accounts/${status.account}/${what}`))
  }
  const remove = async (): Promise<void> => {
    await del<Difference>(`/accounts/${status.account}`)
    // its card goes, and the focus is not to go nowhere with it
    document.querySelector("h1")?.focus()
    Store.heardRemoved(status)
  }
  const resumes = status.state._tag === "Paused" || status.state._tag === "Parked"
  return (
    <div class="buttons">
      <Act doing={doing} work={tell(resumes ? "resume" : "pause")} kind={resumes ? "strong" : "plain"}>
        {status.state._tag === "Parked" ? "Try now" : resumes ? "Resume" : "Pause"}
        <span class="unseen"> {status.account}</span>
      </Act>
      <Act doing={doing} work={tell("restart")} title="a fresh adapter now, whatever it waits for">
        Restart<span class="unseen"> {status.account}</span>
      </Act>
      <Sure
        doing={doing}
        work={remove}
        ask="Remove …"
        sure="Remove until a reload"
        about={status.account}
        title="the bot hears and says nothing more; a reload, or a restart of the program, brings back what is configured"
      />
      <Wrong doing={doing} />
    </div>
  )
}

/** How it is, in a word, and for how long it has been well or not. */
const Head = ({ since, status }: { readonly since: number; readonly status: AccountStatus }) => {
  const now = useAsOf()
  return (
    <header>
      <Glyph tag={status.state._tag} />
      <h2>{status.account}</h2>
      <p class="state">
        {words[status.state._tag].word} <time title={`since ${moment(since, now)}`}>{span(now - since)}</time>
      </p>
    </header>
  )
}

/** One account: how it is, why, since when, what comes next, and what can be done. */
export const Account = ({ status, width }: { readonly status: AccountStatus; readonly width: number }) => {
  const { account, state } = status
  const { tone } = words[state._tag]
  const { element, seen } = useSeen<HTMLElement>()
  const simulation = Store.simulations.value.get(account)
  const away = tone === "waiting" || tone === "bad" || tone === "trying"
  const since = away ? (status.downSince ?? status.since) : status.since
  return (
    <Seen.Provider value={seen}>
      <article ref={element} class={`card ${tone} ${away ? "away" : ""}`} aria-label={account}>
        <Head since={since} status={status} />
        <div class="told">
          {state._tag === "Connected" ? <Well status={status} /> : <Ill status={status} />}
          {away ? <p class="gap">away since {moment(since, Store.now.peek())}</p> : <Missed status={status} />}
        </div>
        <Band account={account} width={width} />
        <div class="figures">
          <Spark account={account} />
          <Queues account={account} />
          <Buttons status={status} />
        </div>
        <History account={account} />
        {simulation === undefined ? null : <Chat simulation={simulation} />}
      </article>
    </Seen.Provider>
  )
}
