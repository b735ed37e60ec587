import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import * as Page from "../http/Page.ts"
import * as Sha256 from "../node/Sha256.ts"

const beside = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8")

const unbuilt = HttpServerResponse.text("The page is no part of this program: npm run build makes it.", { status: 404 })

/** The page that was built with the program and lies beside it; where there is none, that is what it says. */
export const app: Effect.Effect<HttpApp.Default> = Effect.try(() => ({
  script: beside("page.js"),
  style: beside("page.css")
})).pipe(
  Effect.flatMap(Page.make),
  Effect.provide(Sha256.layer),
  Effect.catchAll(() => Effect.succeed(Effect.succeed(unbuilt)))
)
