import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/Address.ts"
import { AccountStatus } from "../../gateway/Status.ts"
import { BadConfiguration, UnknownAccount } from "./Failure.ts"

const path = Schema.Struct({ account: AccountId })

/** What became of which accounts: each is named in one of the lists, or was not there before and is not now. */
export const Difference = Schema.Struct({
  added: Schema.Array(AccountId),
  removed: Schema.Array(AccountId),
  /** they obey what is new; who is opened in another way than before begins a fresh session, others keep theirs */
  changed: Schema.Array(AccountId),
  unchanged: Schema.Array(AccountId)
})
export type Difference = typeof Difference.Type

const command = <const Name extends "pause" | "resume" | "restart">(name: Name) =>
  HttpApiEndpoint.post(name, `/accounts/:account/${name}`)
    .setPath(path)
    .addSuccess(AccountStatus)
    .addError(UnknownAccount)

/** How each account is, and what an operator decides about it; a command answers with how the account is then. */
export const accounts = HttpApiGroup.make("accounts")
  .add(HttpApiEndpoint.get("list", "/accounts").addSuccess(Schema.Array(AccountStatus)))
  .add(
    HttpApiEndpoint.get("show", "/accounts/:account").setPath(path).addSuccess(AccountStatus).addError(UnknownAccount)
  )
  .add(command("pause"))
  .add(command("resume"))
  .add(command("restart"))
  .add(
    HttpApiEndpoint.del("remove", "/accounts/:account").setPath(path).addSuccess(Difference).addError(UnknownAccount)
  )
  .add(
    // it is named and no more: its secrets are where the process reads them, and travel nowhere
    HttpApiEndpoint.put("add", "/accounts/:account").setPath(path).addSuccess(Difference).addError(BadConfiguration)
  )

/** What the process is told from outside, read anew. */
export const configuration = HttpApiGroup.make("configuration").add(
  HttpApiEndpoint.post("reload", "/reload").addSuccess(Difference).addError(BadConfiguration)
)
