import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { Access } from "../Access.ts"
import { Api } from "../Api.ts"

/** Who may talk to the accounts. */
export const access = HttpApiBuilder.group(Api, "access", (handlers) =>
  Effect.map(Access, ({ approve, deny, list, remove }) =>
    handlers
      .handle("list", () => list)
      .handle("approve", ({ payload }) => approve(payload))
      .handle("deny", ({ payload }) => deny(payload))
      .handle("remove", ({ path: { account }, urlParams: { id } }) => remove(account, id))
  )
)
