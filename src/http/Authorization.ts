import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as ConstantTime from "../adapter/ConstantTime.ts"
import { refusal } from "./Refusal.ts"

const scheme = /^bearer +(\S+) *$/i

/** Whether a request brings the token, as `Authorization: Bearer TOKEN`; how long that takes does not tell how much of it is right. */
const bears = (token: Redacted.Redacted, authorization = ""): boolean => {
  const [, given] = scheme.exec(authorization) ?? []
  return given !== undefined && ConstantTime.equal(given, Redacted.value(token))
}

/** What is answered without the token, where it is asked for. */
export const unauthorized: HttpApp.Default = Effect.succeed(
  refusal(401, "Unauthorized", "send the token of HOLDFAST_API_TOKEN: Authorization: Bearer TOKEN", {
    "www-authenticate": 'Bearer realm="holdfast"'
  })
)

/** `known` answers whoever brings the token, `stranger` everybody else. */
export const bearer = <E1, R1, E2, R2>(
  token: Redacted.Redacted,
  { known, stranger }: { readonly known: HttpApp.Default<E1, R1>; readonly stranger: HttpApp.Default<E2, R2> }
): HttpApp.Default<E1 | E2, R1 | R2> =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }): HttpApp.Default<E1 | E2, R1 | R2> =>
    bears(token, headers["authorization"]) ? known : stranger
  )
