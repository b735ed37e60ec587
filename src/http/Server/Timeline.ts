import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { Api } from "../Api.ts"
import { Control } from "../Control.ts"

export const timeline = HttpApiBuilder.group(Api, "timeline", (handlers) =>
  Effect.map(Control, ({ accounts }) =>
    handlers.handle("page", ({ path: { account }, urlParams }) => accounts.timeline(account, urlParams))
  )
)
