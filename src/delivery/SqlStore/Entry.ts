import { StoreRefused } from "../KeyedQueue.ts"
import type { Draft } from "./Draft.ts"
import type { Asks } from "./Naming.ts"

/** Something to be kept for ever, or not at all. */
export interface Entry<A> {
  /** Whose it is, for whoever is told that it was refused. */
  readonly store: string
  /** Whose it is: unless all of them are ours, it is refused, and only it. */
  readonly accounts: ReadonlyArray<string>
  /** The ids that have to be new where it is planned; it takes at most as many numbers. */
  readonly asks: Asks
  /** Adds to what is written, or says why it is not; asked again where that came to nothing. */
  readonly plan: (draft: Draft) => StoreRefused | undefined
  /** Called in the step after what it planned last was committed. */
  readonly applied: () => A
}

/** An entry of any kind that waits to be committed. */
export interface Waiting {
  readonly entry: Pick<Entry<unknown>, "accounts" | "asks" | "store">
  readonly plan: (draft: Draft, refusal: (account: string) => string | undefined) => boolean
  readonly end: () => void
  readonly refuse: (refused: StoreRefused) => void
}

/** The same, and who hears of it. */
export class Submission<A> implements Waiting {
  readonly entry: Entry<A>
  readonly #kept: (answer: A) => void
  readonly refuse: (refused: StoreRefused) => void
  #isPlanned = false
  #refused: StoreRefused | undefined

  constructor(entry: Entry<A>, kept: (answer: A) => void, refuse: (refused: StoreRefused) => void) {
    this.entry = entry
    this.#kept = kept
    this.refuse = refuse
  }

  /** Adds to what is written, unless `refusal` says of one of its accounts why not; whether it is going to be kept. */
  plan(draft: Draft, refusal: (account: string) => string | undefined): boolean {
    const { accounts, store } = this.entry
    let cause: string | undefined
    for (const account of accounts) cause ??= refusal(account)
    this.#refused = cause === undefined ? this.entry.plan(draft) : new StoreRefused({ store, cause })
    this.#isPlanned = true
    return this.#refused === undefined
  }

  /** What was planned is committed. */
  end(): void {
    if (!this.#isPlanned) this.refuse(new StoreRefused({ store: this.entry.store, cause: "it was never planned" }))
    else if (this.#refused === undefined) this.#kept(this.entry.applied())
    else this.refuse(this.#refused)
  }
}
