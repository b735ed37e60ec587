import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import { Liveness, Readiness } from "../../gateway/Health.ts"

const described = (description: string) => OpenApi.annotations({ description })

/**
 * What is answered at any time, before there is a gateway and while it ends; it is served beside `Api`, and described with it.
 * Without the token, where one is asked for, `/livez` and `/readyz` say `live` and `ready` and nothing else.
 */
export const group = HttpApiGroup.make("health")
  .add(
    HttpApiEndpoint.get("live", "/livez")
      .addSuccess(Liveness)
      .addError(Liveness, { status: 503 })
      .annotateContext(described("Whether the event loop and every account's supervisor make progress."))
  )
  .add(
    HttpApiEndpoint.get("ready", "/readyz")
      .addSuccess(Readiness)
      .addError(Readiness, { status: 503 })
      .annotateContext(described("Whether every account is connected with a fresh proof of life, or excused."))
  )
  .add(
    HttpApiEndpoint.get("metrics", "/metrics")
      .addSuccess(Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType: "text/plain" })))
      .annotateContext(described("All metrics, in Prometheus's text format."))
  )
  .add(
    HttpApiEndpoint.get("session", "/session")
      .addSuccess(Schema.Struct({ authorized: Schema.Literal(true) }))
      .annotateContext(described("Whether the token is right, for a page that asks for it: 401 where it is not."))
  )
