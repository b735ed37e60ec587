import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import type { AccountId } from "../../domain/Address.ts"
import { Api } from "../Api.ts"
import { UnknownAccount } from "../Api/Failure.ts"
import { type Simulated, Simulations } from "../Simulations.ts"

export const simulated = HttpApiBuilder.group(Api, "simulated", (handlers) =>
  Effect.map(Simulations, (simulations) => {
    const of = (account: AccountId): Effect.Effect<Simulated, UnknownAccount> => {
      const one = simulations.get(account)
      return one === undefined ? UnknownAccount.of(account) : Effect.succeed(one)
    }
    return handlers
      .handle("list", () =>
        Effect.succeed(Array.from(simulations.values(), ({ account, manual, title }) => ({ account, manual, title })))
      )
      .handle("said", ({ path, urlParams: { after } }) =>
        of(path.account).pipe(
          Effect.flatMap(({ said }) => said),
          Effect.map((lines) => lines.filter(({ id }) => id > after))
        )
      )
      .handle("say", ({ path, payload: { text } }) => Effect.flatMap(of(path.account), ({ say }) => say(text)))
      .handle("fault", ({ path, payload: { line } }) =>
        of(path.account).pipe(
          Effect.flatMap(({ fault }) => fault(line)),
          Effect.map((done) => ({ done }))
        )
      )
  })
)
