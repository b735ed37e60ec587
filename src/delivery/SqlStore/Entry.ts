import * as Either from "effect/Either"
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
  /** Adds to what is written, or refuses by itself. What it gives is called in the step after that was committed. */
  readonly plan: (draft: Draft) => Either.Either<() => A, StoreRefused>
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
  #planned: Either.Either<() => A, StoreRefused> | undefined

  constructor(entry: Entry<A>, kept: (answer: A) => void, refuse: (refused: StoreRefused) => void) {
    this.entry = entry
    this.#kept = kept
    this.refuse = refuse
  }

  /** Adds to what is written, unless `refusal` says of one of its accounts why not; whether it is going to be kept. */
  plan(draft: Draft, refusal: (account: string) => string | undefined): boolean {
    const { accounts, plan, store } = this.entry
    let cause: string | undefined
    for (const account of accounts) cause ??= refusal(account)
    this.#planned = cause === undefined ? plan(draft) : Either.left(new StoreRefused({ store, cause }))
    return Either.isRight(this.#planned)
  }

  /** What was planned is committed. */
  end(): void {
    const planned = this.#planned
    if (planned === undefined) this.refuse(new StoreRefused({ store: this.entry.store, cause: "it was never planned" }))
    else if (Either.isRight(planned)) this.#kept(planned.right())
    else this.refuse(planned.left)
  }
}
