import * as Effect from "effect/Effect"
import { type AccessRule, type Rule, rulesOf } from "../../adapter/AccessRule.ts"
import type { AccountId } from "../../domain/Address.ts"
import type { Accounts, Doorway, UnknownAccount } from "../Accounts.ts"
import type { Asking, Guest, Subject } from "./Guest.ts"
import { AccessRefused, type Changed, type Meant, type Pairing } from "./Pairing.ts"

/** Who may talk to one account: by its rule, and by what an operator said. */
export interface Admitted {
  readonly account: AccountId
  readonly rule: AccessRule
  readonly guests: ReadonlyArray<Guest>
  readonly asking: ReadonlyArray<Asking>
}

/** How an operator lets people and groups in, and out again. */
export interface Admission {
  /** Of every account that this process sees to; whom an operator let in counts only where the rule is pairing. */
  readonly list: Effect.Effect<ReadonlyArray<Admitted>>
  /** Lets in who was given a code, which is then used up, or who has an id; from their next word on they are heard. */
  readonly approve: (account: AccountId, meant: Meant) => Effect.Effect<Changed, AccessRefused | UnknownAccount>
  /** Turns away who was given a code and waits; they get no other for a day. */
  readonly deny: (account: AccountId, meant: Meant) => Effect.Effect<Subject, AccessRefused | UnknownAccount>
  /** Whoever was let in under this id is a stranger again, at once; nothing changes if nobody was. */
  readonly remove: (account: AccountId, id: string) => Effect.Effect<Changed, AccessRefused | UnknownAccount>
}

const rules: Readonly<Record<Rule["_tag"], string>> = {
  Open: "open to everybody",
  AllowList: "open to its allow list alone",
  Pairing: "open to whoever is let in",
  Own: "open to those whom the application's own rule admits",
  Closed: "closed to everybody"
}

const told = (access: AccessRule): string => {
  const { direct, groups } = rulesOf(access)
  return direct === groups
    ? rules[direct._tag]
    : `${rules[direct._tag]} in private, and ${rules[groups._tag]} in groups`
}

export const make = ({ door, doors }: Pick<Accounts, "door" | "doors">): Admission => {
  /** What is said of an account that is not ours would be lost. */
  const ours = ({ account, door, ours }: Doorway) =>
    ours
      ? Effect.succeed(door)
      : new AccessRefused({
          account,
          reason: "NotOurs",
          message: `${account} is not this process's now, and nothing was changed: its status says whose it is, and when it is asked for again`
        })

  const pairing = (doorway: Doorway): Effect.Effect<Pairing, AccessRefused> =>
    Effect.flatMap(ours(doorway), ({ pairing, rule }) => {
      const { direct, groups } = rulesOf(rule())
      if (direct._tag === "Pairing" || groups._tag === "Pairing") return Effect.succeed(pairing)
      const { account } = doorway
      const message = `${account} lets nobody in by pairing: it is ${told(rule())}; set its ACCESS to pairing first`
      return new AccessRefused({ account, reason: "NotPairing", message })
    })

  return {
    list: Effect.flatMap(
      doors,
      Effect.forEach(({ account, door }) =>
        Effect.map(door.pairing.list, (listed) => ({ account, rule: door.rule(), ...listed }))
      )
    ),
    approve: Effect.fn("Admission.approve")(function* (account, meant) {
      const { approve } = yield* pairing(yield* door(account))
      return yield* approve(meant)
    }),
    deny: Effect.fn("Admission.deny")(function* (account, meant) {
      const { deny } = yield* pairing(yield* door(account))
      return yield* deny(meant)
    }),
    remove: Effect.fn("Admission.remove")(function* (account, id) {
      const { pairing } = yield* ours(yield* door(account))
      return yield* pairing.remove(id)
    })
  }
}
