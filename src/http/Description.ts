import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Effect from "effect/Effect"
import { Api } from "./Api.ts"
import * as Health from "./Api/Health.ts"
import * as Live from "./Api/Live.ts"

const scheme = "token"

const withToken = (spec: Record<string, unknown>): Record<string, unknown> => ({
  ...spec,
  components: {
    ...(typeof spec["components"] === "object" ? spec["components"] : undefined),
    securitySchemes: { [scheme]: { type: "http", scheme: "bearer", description: "the value of HOLDFAST_API_TOKEN" } }
  },
  // it is asked for where it is set
  security: [{ [scheme]: [] }, {}]
})

const described = Api.add(Health.group)
  .add(Live.group)
  .annotateContext(
    OpenApi.annotations({
      title: "Holdfast",
      description: "What operators see of a gateway and do with it. All times are Unix milliseconds.",
      transform: withToken
    })
  )

/** Everything that is answered over HTTP, as an OpenAPI document. */
export const description: HttpApp.Default = Effect.map(
  Effect.sync(() => OpenApi.fromApi(described)),
  (spec) => HttpServerResponse.unsafeJson(spec)
)
