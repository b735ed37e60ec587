import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { Api } from "../Api.ts"
import { Control } from "../Control.ts"

/** Who may talk to the accounts. */
export const access = HttpApiBuilder.group(Api, "access", (handlers) =>
  Effect.map(Control, ({ access: { approve, deny, list, remove } }) =>
    handlers
      .handle("list", () => list)
      .handle("approve", ({ payload }) => approve(payload))
      .handle("deny", ({ payload }) => deny(payload))
      .handle("remove", ({ path: { account }, urlParams: { id } }) => remove(account, id))
  )
)
