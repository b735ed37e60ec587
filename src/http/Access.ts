import * as Effect from "effect/Effect"
import { type Rule, rulesOf } from "../adapter/AccessRule.ts"
import type { Traits } from "../adapter/Platform.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Admission, Admitted } from "../gateway/Access/Admission.ts"
import type { Subject } from "../gateway/Access/Guest.ts"
import type { AccessRefused, Meant } from "../gateway/Access/Pairing.ts"
import type { UnknownAccount } from "../gateway/Accounts.ts"
import { type Access as Listed, type Changed, type Meaning, NotChanged, UnknownGuest } from "./Api/Access.ts"
import * as Failure from "./Api/Failure.ts"
import { conversationOf } from "./Conversations.ts"

type Refused = NotChanged | Failure.UnknownAccount

/** Who may talk to accounts, as an operator sees and changes it. */
export interface Access {
  readonly list: Effect.Effect<ReadonlyArray<Listed>>
  readonly approve: (meaning: Meaning) => Effect.Effect<Changed, Refused | Failure.BadConversation>
  readonly deny: (meaning: Meaning) => Effect.Effect<Subject, Refused>
  readonly remove: (account: AccountId, id: string) => Effect.Effect<Changed, Refused | UnknownGuest>
}

const refuse = (account: AccountId) =>
  new NotChanged({
    account,
    reason: "NotOurs",
    message: `no process runs that keeps ${account}, and nothing was changed: start holdfast run first`
  })

/** Where no gateway runs nobody is heard, so that nobody can be let in either. */
export const none: Access = {
  list: Effect.succeed([]),
  approve: ({ account }) => refuse(account),
  deny: ({ account }) => refuse(account),
  remove: refuse
}

const modes: Readonly<Record<Rule["_tag"], Listed["mode"]>> = {
  Open: "open",
  AllowList: "allowlist",
  Pairing: "pairing",
  Own: "own",
  Closed: "closed"
}

const listed = ({ account, asking, guests, rule }: Admitted): Listed => {
  const { direct, groups } = rulesOf(rule)
  // both have the same lists, where they have any
  const lists = [direct, groups].find((one) => "people" in one)
  return {
    account,
    mode: modes[direct._tag],
    groupMode: modes[groups._tag],
    people: lists?.people ?? [],
    conversations: lists?.conversations ?? [],
    guests,
    asking
  }
}

const meant = (meaning: Meaning): Meant =>
  "code" in meaning ? { code: meaning.code } : { kind: meaning.kind, id: meaning.id }

const refused = Effect.mapError((why: AccessRefused | UnknownAccount) =>
  why._tag === "UnknownAccount" ? Failure.UnknownAccount.of(why.account) : NotChanged.of(why)
)

/** Over a gateway that runs. */
export const of = (platforms: ReadonlyArray<Traits>, { approve, deny, list, remove }: Admission): Access => ({
  list: Effect.map(list, (all) => all.map(listed)),
  approve: (meaning: Meaning) =>
    Effect.gen(function* () {
      // a group that no platform knows by this id would never be heard
      if ("kind" in meaning && meaning.kind === "group")
        yield* conversationOf(platforms, `${meaning.account}/${meaning.id}`)
      return yield* refused(approve(meaning.account, meant(meaning)))
    }),
  deny: (meaning: Meaning) => refused(deny(meaning.account, meant(meaning))),
  remove: (account: AccountId, id: string) =>
    Effect.flatMap(refused(remove(account, id)), (changed) =>
      changed.guests.length === 0 ? UnknownGuest.of(account, id) : Effect.succeed(changed)
    )
})
