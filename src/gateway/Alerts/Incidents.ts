import * as Duration from "effect/Duration"
import type { AccountId } from "../../domain/Address.ts"
import { type AccountStatus, due } from "../Status.ts"
import type { Alert, Trouble } from "./Alert.ts"
import { Gathering } from "./Gathering.ts"
import * as Wording from "./Wording.ts"

/** What went down no further apart than this went down together. */
const together = Duration.toMillis("1 minute")

/** A connection that lasted this long is the end of what was the matter. */
const calm = Duration.toMillis("1 minute")

/** What comes of nobody's failure. */
const ours: ReadonlySet<AccountStatus["state"]["_tag"]> = new Set(["Paused", "Stopping", "Stopped"])

/** Another process has it, and this one has never had it: it stands by. */
const standsBy = ({ generation, state }: AccountStatus): boolean => generation === 0 && state._tag === "Rescheduled"

const isDown = (status: AccountStatus): boolean =>
  status.state._tag !== "Connected" && !ours.has(status.state._tag) && !standsBy(status)

const describe = (status: AccountStatus, what: Trouble["what"]): Trouble => {
  const { account, cause, downSince, since, state } = status
  const next = due(state)
  return {
    account,
    what,
    since: downSince ?? since,
    ...(cause === undefined ? undefined : { cause: cause.replace(/\.$/, "") }),
    ...(state._tag === "Parked" ? { remedy: state.remedy } : undefined),
    ...(next === undefined || state._tag === "Connected" ? undefined : { next })
  }
}

/** Something that is told of once, and again when it is over; a second time in between only when a person has to act now. */
interface Incident {
  readonly trouble: Trouble
  readonly told: boolean
}

/** Makes incidents of statuses: what lasts too long, what needs a person, and when that is over. */
export class Incidents {
  private readonly all = new Map<AccountId, Incident>()
  private readonly over = new Map<AccountId, Trouble>()
  private readonly raising = new Gathering("raised")
  private readonly clearing = new Gathering("cleared")

  /** `after` is how long an account may be down before anybody hears of it. */
  constructor(private readonly after: Duration.Duration) {}

  /** What is to be told now. */
  look(statuses: ReadonlyArray<AccountStatus>, now: number): ReadonlyArray<Alert> {
    for (const status of statuses) this.fold(status, now)
    const known = new Set(statuses.map(({ account }) => account))
    for (const account of this.all.keys()) if (!known.has(account)) this.close(account, "removed", now)
    return [...this.raised(statuses, now), ...this.cleared(now)]
  }

  /** What has been told and is not over, or whose end has not been told: what the next process has to know. */
  get open(): ReadonlyMap<AccountId, Trouble> {
    const told = [...this.all].flatMap(([account, { told, trouble }]) => (told ? [[account, trouble] as const] : []))
    return new Map([...this.over, ...told])
  }

  /** An earlier process has told of this. */
  restore(trouble: Trouble): void {
    const { account, ended } = trouble
    if (ended === undefined) this.all.set(account, { trouble, told: true })
    else this.over.set(account, trouble)
  }

  private trouble(status: AccountStatus, now: number): Trouble | undefined {
    if (status.state._tag === "Parked") return describe(status, "parked")
    if (ours.has(status.state._tag)) return undefined
    if (status.flapping) return describe(status, "flapping")
    const { downSince = now } = status
    return isDown(status) && now - downSince >= Duration.toMillis(this.after) ? describe(status, "down") : undefined
  }

  private fold(status: AccountStatus, now: number): void {
    const { account, state } = status
    const before = this.all.get(account) ?? this.resumed(account)
    const trouble = this.trouble(status, now)
    if (trouble !== undefined) {
      // it is still the same incident, though it may have become worse
      const since = before?.trouble.since ?? trouble.since
      const worse = trouble.what === "parked" && before?.trouble.what !== "parked"
      const what = worse ? trouble.what : (before?.trouble.what ?? trouble.what)
      this.all.set(account, { trouble: { ...trouble, what, since }, told: before?.told === true && !worse })
      this.over.delete(account)
    } else if (state._tag === "Paused") this.close(account, "paused", status.since)
    // what passed before anybody heard of it is no news
    else if (state._tag === "Connected" && before?.told === false) this.all.delete(account)
    else if (state._tag === "Connected" && now - status.since >= calm) this.close(account, "connected", status.since)
  }

  /** Whose end has not been told yet has had none. */
  private resumed(account: AccountId): Incident | undefined {
    const trouble = this.over.get(account)
    return trouble === undefined ? undefined : { trouble, told: true }
  }

  private close(account: AccountId, ended: Trouble["ended"] & string, until: number): void {
    const incident = this.all.get(account)
    if (incident === undefined) return
    this.all.delete(account)
    const { account: whose, since, what } = incident.trouble
    if (incident.told) this.over.set(account, { account: whose, what, since, ended, until })
  }

  private raised(statuses: ReadonlyArray<AccountStatus>, now: number): ReadonlyArray<Alert> {
    const fresh = [...this.all.values()].filter(({ told }) => !told)
    if (!this.raising.isDone(fresh.length > 0, now)) return []
    const first = Math.min(...fresh.map(({ trouble }) => trouble.since))
    const last = Math.max(...fresh.map(({ trouble }) => trouble.since))
    for (const status of statuses) {
      const { account, downSince = now } = status
      const near = downSince >= first - together && downSince <= last + together
      const nearly = now - downSince >= Duration.toMillis(this.after) * 0.8
      if (isDown(status) && near && nearly && !this.all.has(account))
        this.all.set(account, { trouble: describe(status, "down"), told: false })
    }
    const troubles = [...this.all.values()].flatMap(({ told, trouble }) => (told ? [] : [trouble]))
    for (const [account, { trouble }] of this.all) this.all.set(account, { trouble, told: true })
    return alert("raised", troubles, now)
  }

  private cleared(now: number): ReadonlyArray<Alert> {
    if (!this.clearing.isDone(this.over.size > 0, now)) return []
    const troubles = [...this.over.values()]
    this.over.clear()
    return alert("cleared", troubles, now)
  }
}

const alert = (kind: Alert["kind"], troubles: ReadonlyArray<Trouble>, at: number): ReadonlyArray<Alert> => {
  const [first, ...others] = troubles
  if (first === undefined) return []
  const accounts = [first, ...others] as const
  const id = `${kind}-${first.account.replace(":", "-")}-${kind === "raised" ? at : (first.until ?? at)}`
  return [{ version: 1, id, kind, at, accounts, text: Wording.text({ accounts, at, kind }) }]
}
