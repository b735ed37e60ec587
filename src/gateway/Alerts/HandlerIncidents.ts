import * as Duration from "effect/Duration"
import type { HandlerHealth } from "../../handler/Handler.ts"
import type { Alert, HandlerTrouble } from "./Alert.ts"
import { Gathering } from "./Gathering.ts"
import * as Wording from "./Wording.ts"

/** What answered for this long without failing again is well; milliseconds. */
const calm = Duration.toMillis("1 minute")

/** What fails, which is told of once, and again when it is over. */
interface Incident {
  readonly trouble: HandlerTrouble
  readonly told: boolean
  /** since when it answers again */
  readonly well?: number
}

/** Makes incidents of how what stands behind the handlers does: what fails for too long, and when that is over. */
export class HandlerIncidents {
  private readonly all = new Map<string, Incident>()
  private readonly over = new Map<string, HandlerTrouble>()
  private readonly raising = new Gathering("raised")
  private readonly clearing = new Gathering("cleared")

  /** `after` is how long it may fail before anybody hears of it. */
  constructor(private readonly after: Duration.Duration) {}

  /** What is to be told now. */
  look(handlers: ReadonlyArray<HandlerHealth>, now: number): ReadonlyArray<Alert> {
    const failing = new Map(
      handlers.flatMap((health) => (health.state === "failing" ? [[health.handler, health] as const] : []))
    )
    for (const health of failing.values()) this.fails(health)
    for (const [handler, incident] of this.all) if (!failing.has(handler)) this.answers(handler, incident, now)
    return [...this.raised(now), ...this.cleared(now)]
  }

  private fails({ cause, handler, next, since }: HandlerHealth): void {
    const before = this.all.get(handler)
    // whose end has not been told yet has had none
    const told = this.over.get(handler)
    this.over.delete(handler)
    const trouble: HandlerTrouble = {
      handler,
      since: before?.trouble.since ?? told?.since ?? since,
      ...(cause === undefined ? undefined : { cause: cause.replace(/\.$/, "") }),
      ...(next === undefined ? undefined : { next })
    }
    this.all.set(handler, { trouble, told: before?.told ?? told !== undefined })
  }

  private answers(handler: string, { told, trouble, well }: Incident, now: number): void {
    const since = well ?? now
    if (told && now - since < calm) {
      this.all.set(handler, { trouble, told, well: since })
      return
    }
    this.all.delete(handler)
    // what passed before anybody heard of it is no news
    if (told) this.over.set(handler, { handler, since: trouble.since, until: since })
  }

  private raised(now: number): ReadonlyArray<Alert> {
    const isDue = ({ told, trouble }: Incident) => !told && now - trouble.since >= Duration.toMillis(this.after)
    const due = [...this.all].filter(([, incident]) => isDue(incident))
    if (!this.raising.isDone(due.length > 0, now)) return []
    for (const [handler, incident] of due) this.all.set(handler, { ...incident, told: true })
    return alert(
      "raised",
      due.map(([, { trouble }]) => trouble),
      now
    )
  }

  private cleared(now: number): ReadonlyArray<Alert> {
    if (!this.clearing.isDone(this.over.size > 0, now)) return []
    const troubles = [...this.over.values()]
    this.over.clear()
    return alert("cleared", troubles, now)
  }
}

/** What names a handler in the name of an alert. */
const written = (handler: string): string => handler.replace(/[^\w.]+/g, "-").slice(0, 100)

const alert = (kind: Alert["kind"], handlers: ReadonlyArray<HandlerTrouble>, at: number): ReadonlyArray<Alert> => {
  const [first] = handlers
  if (first === undefined) return []
  const id = `${kind}-handler-${written(first.handler)}-${kind === "raised" ? at : (first.until ?? at)}`
  return [
    { version: 1, id, kind, at, accounts: [], handlers, text: Wording.text({ accounts: [], handlers, at, kind }) }
  ]
}
