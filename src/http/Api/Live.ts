import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import { UnknownEvents } from "./Failure.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** What is told as it happens; it is served beside `Api`, and described with it. */
export const group = HttpApiGroup.make("live").add(
  HttpApiEndpoint.get("live", "/live")
    .setUrlParams(Schema.Struct({ contents: maybe(Schema.Literal("true", "false")), events: maybe(Schema.String) }))
    .setHeaders(Schema.Struct({ "last-event-id": maybe(Schema.String) }))
    .addSuccess(Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType: "text/event-stream" })))
    .addError(UnknownEvents)
    .annotateContext(
      OpenApi.annotations({
        description:
          "What changes, as server-sent events named snapshot, status, removed, entry, handlers, access, depths, rates, passage and skipped. With events, names with commas between them, only of these kinds: status (with snapshot and removed), entry, handlers, access, depths, rates, passage (with skipped); without status it begins with begun. With Last-Event-ID it goes on where that was, as far as what came since is kept; else it begins with a snapshot."
      })
    )
)
