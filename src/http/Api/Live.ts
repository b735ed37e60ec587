import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** What is told as it happens; it is served beside `Api`, and described with it. */
export const group = HttpApiGroup.make("live").add(
  HttpApiEndpoint.get("live", "/live")
    .setUrlParams(Schema.Struct({ contents: maybe(Schema.Literal("true", "false")) }))
    .setHeaders(Schema.Struct({ "last-event-id": maybe(Schema.String) }))
    .addSuccess(Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType: "text/event-stream" })))
    .annotateContext(
      OpenApi.annotations({
        description:
          "What changes, as server-sent events named snapshot, status, removed, entry, depths, rates, passage and skipped. With Last-Event-ID it goes on where that was, as far as what came since is kept; else it begins with a snapshot."
      })
    )
)
