import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AccessRule, Traits } from "../adapter/Platform.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Admission, Admitted } from "../gateway/Access/Admission.ts"
import type { Subject } from "../gateway/Access/Guest.ts"
import type { AccessRefused, Meant } from "../gateway/Access/Pairing.ts"
import type { UnknownAccount } from "../gateway/Accounts.ts"
import { Gateway } from "../gateway/Gateway.ts"
import { type Access as Listed, type Changed, type Meaning, NotChanged, UnknownGuest } from "./Api/Access.ts"
import * as Failure from "./Api/Failure.ts"
import { conversationOf } from "./Conversations.ts"

type Refused = NotChanged | Failure.UnknownAccount

/** Who may talk to the accounts of a gateway, as an operator sees and changes it. */
export class Access extends Context.Tag("holdfast/http/Access")<
  Access,
  {
    readonly list: Effect.Effect<ReadonlyArray<Listed>>
    readonly approve: (meaning: Meaning) => Effect.Effect<Changed, Refused | Failure.BadConversation>
    readonly deny: (meaning: Meaning) => Effect.Effect<Subject, Refused>
    readonly remove: (account: AccountId, id: string) => Effect.Effect<Changed, Refused | UnknownGuest>
  }
>() {
  /** Over a gateway that runs. */
  static readonly layer = (platforms: ReadonlyArray<Traits>): Layer.Layer<Access, never, Gateway> =>
    Layer.effect(
      Access,
      Effect.map(Gateway, ({ access }) => make(platforms, access))
    )

  /** Where no gateway runs nobody is heard, so that nobody can be let in either. */
  static readonly layerStopped: Layer.Layer<Access> = Layer.sync(Access, () => {
    const refuse = (account: AccountId) =>
      new NotChanged({
        account,
        reason: "NotOurs",
        message: `no process runs that keeps ${account}, and nothing was changed: start holdfast run first`
      })
    return {
      list: Effect.succeed([]),
      approve: ({ account }) => refuse(account),
      deny: ({ account }) => refuse(account),
      remove: refuse
    }
  })
}

const modes: Readonly<Record<AccessRule["_tag"], Listed["mode"]>> = {
  Open: "open",
  AllowList: "allowlist",
  Pairing: "pairing",
  Closed: "closed"
}

const listed = ({ account, asking, guests, rule }: Admitted): Listed => ({
  account,
  mode: modes[rule._tag],
  people: "people" in rule ? rule.people : [],
  conversations: "conversations" in rule ? rule.conversations : [],
  guests,
  asking
})

const meant = (meaning: Meaning): Meant =>
  "code" in meaning ? { code: meaning.code } : { kind: meaning.kind, id: meaning.id }

const refused = Effect.mapError((why: AccessRefused | UnknownAccount) =>
  why._tag === "UnknownAccount" ? Failure.UnknownAccount.of(why.account) : NotChanged.of(why)
)

const make = (platforms: ReadonlyArray<Traits>, { approve, deny, list, remove }: Admission) => ({
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
