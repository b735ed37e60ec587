import { computed, signal } from "@preact/signals"
import { programNow } from "./Ask.ts"
import { withEntries } from "./Segments.ts"
import type {
  AccessOf,
  AccountStatus,
  Depths,
  Entry,
  HandlerHealth,
  Letters,
  Line,
  Process,
  Rate,
  Simulation
} from "./Wire.ts"

/** Whether what is shown is true now. */
export type Link =
  | { readonly _tag: "Opening" }
  | { readonly _tag: "Live" }
  /** the program has not been heard since, by its clock */
  | { readonly _tag: "Lost"; readonly since: number; readonly why: string }
  /** the program wants a token; `wrong`: another one than was given */
  | { readonly _tag: "Locked"; readonly wrong: boolean }

/** By account. */
type Each<A> = ReadonlyMap<string, A>

export const link = signal<Link>({ _tag: "Opening" })
export const process = signal<Process | undefined>(undefined)
export const statuses = signal<Each<AccountStatus>>(new Map())
export const timelines = signal<Each<ReadonlyArray<Entry>>>(new Map())
export const handlers = signal<ReadonlyArray<HandlerHealth>>([])
export const depths = signal<Each<Depths>>(new Map())
export const letters = signal<Letters>({ letters: [] })
export const access = signal<ReadonlyArray<AccessOf>>([])
export const simulations = signal<Each<Simulation>>(new Map())
export const chats = signal<Each<ReadonlyArray<Line>>>(new Map())

/** What passed in a second that ended then. */
export interface Passed extends Rate {
  readonly at: number
}
export const rates = signal<Each<ReadonlyArray<Passed>>>(new Map())

/** The program's clock, as it ticks here. */
export const now = signal(programNow())

/** The moment of which what is shown is true: now, unless the program is lost. */
export const asOf = computed(() => (link.value._tag === "Lost" ? link.value.since : now.value))

export const accounts = computed(() =>
  [...statuses.value.values()].sort((one, other) => (one.account < other.account ? -1 : 1))
)

/** How much of what happened is kept, of each account. */
const mostEntries = 1000

/** How long the small pictures reach back, in milliseconds. */
export const recent = 60_000

export const keep = <A>(each: Each<A>, account: string, value: A): Each<A> => new Map(each).set(account, value)

const without = <A>(each: Each<A>, account: string): Each<A> => new Map([...each].filter(([name]) => name !== account))

export const heardStatus = (status: AccountStatus): void => {
  statuses.value = keep(statuses.value, status.account, status)
}

export const heardAll = (all: ReadonlyArray<AccountStatus>): void => {
  statuses.value = new Map(all.map((status) => [status.account, status]))
}

export const heardRemoved = ({ account }: { readonly account: string }): void => {
  statuses.value = without(statuses.value, account)
  timelines.value = without(timelines.value, account)
}

export const heardEntries = (account: string, entries: ReadonlyArray<Entry>): void => {
  const known = timelines.value.get(account) ?? []
  timelines.value = keep(timelines.value, account, withEntries(known, entries, mostEntries))
}

export const heardDepths = (all: ReadonlyArray<Depths>): void => {
  depths.value = new Map(all.map((each) => [each.account, each]))
}

export const heardRates = (all: ReadonlyArray<Rate>): void => {
  const at = programNow()
  const known = new Map(rates.value)
  for (const rate of all) {
    const before = (known.get(rate.account) ?? []).filter((passed) => passed.at > at - recent)
    known.set(rate.account, [...before, { ...rate, at }])
  }
  rates.value = known
}

export const heardLines = (account: string, lines: ReadonlyArray<Line>): void => {
  if (lines.length > 0)
    chats.value = keep(chats.value, account, [...(chats.value.get(account) ?? []), ...lines].slice(-200))
}

/** Another process answers: what is known of the one before says nothing of it. */
export const forgetAll = (): void => {
  timelines.value = new Map()
  handlers.value = []
  rates.value = new Map()
  chats.value = new Map()
}
