import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { described, Owner } from "../Lease.ts"

/** What the store says of a lease. */
export interface Standing {
  readonly generation: number
  /** its owner as it is written, or nothing */
  readonly owner: string
}

/** A lease that this process has. */
export interface Hold {
  readonly generation: number
  /** hears that another process has it */
  readonly lose: (by: string) => void
}

const decode = Schema.decodeUnknownOption(Schema.parseJson(Owner))

/** The owner that is written in a lease; none where nobody has it. */
export const ownerOf = (text: string): Option.Option<Owner> => (text === "" ? Option.none() : decode(text))

/** The name of the lease of an account. */
export const accountLease = (account: string): string => `account:${account}`

/** Whose accounts this process may write. */
export class Fence {
  readonly #holds = new Map<string, Hold>()

  hold(account: string, hold: Hold): void {
    this.#holds.set(account, hold)
  }

  drop(account: string, hold: Hold): void {
    if (this.#holds.get(account) === hold) this.#holds.delete(account)
  }

  /** The lease of an account that this process has, if it has one. */
  holdOf(account: string): Hold | undefined {
    return this.#holds.get(account)
  }

  /** Why nothing of an account may be written, by what the store says of its lease; undefined when it may. */
  refusal(account: string, standing: Standing | undefined): string | undefined {
    const hold = this.#holds.get(account)
    if (hold === undefined) return `${account} is not taken up by this process, and only its owner writes`
    if (standing?.generation === hold.generation) return undefined
    const by = Option.match(ownerOf(standing?.owner ?? ""), {
      onNone: () => "another process, which has let go of it again",
      onSome: (owner) => `another process (${described(owner)})`
    })
    hold.lose(by)
    return `${account} was taken over by ${by}: what this process still has to write of it is not written`
  }
}
