import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { Api } from "../Api.ts"
import { UnknownAccount } from "../Api/Failure.ts"
import { Control } from "../Control.ts"

export const accounts = HttpApiBuilder.group(Api, "accounts", (handlers) =>
  Effect.map(Control, ({ accounts, add, statuses }) =>
    handlers
      .handle("list", () => statuses)
      .handle("show", ({ path: { account } }) =>
        Effect.flatMap(statuses, (all) => {
          const status = all.find((one) => one.account === account)
          return status === undefined ? UnknownAccount.of(account) : Effect.succeed(status)
        })
      )
      .handle("pause", ({ path: { account } }) => accounts.pause(account))
      .handle("resume", ({ path: { account } }) => accounts.resume(account))
      .handle("restart", ({ path: { account } }) => accounts.restart(account))
      .handle("remove", ({ path: { account } }) => accounts.remove(account))
      .handle("add", ({ path: { account } }) => add(account))
  )
)

export const configuration = HttpApiBuilder.group(Api, "configuration", (handlers) =>
  Effect.map(Control, ({ reload }) => handlers.handle("reload", () => reload))
)
