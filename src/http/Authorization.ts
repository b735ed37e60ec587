import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as ConstantTime from "../adapter/ConstantTime.ts"
import { refusal } from "./Refusal.ts"

const scheme = /^bearer +(\S+) *$/i

/** Whether a request brings the token, as `Authorization: Bearer TOKEN`; how long that takes does not tell how much of it is right. */
const bears = (token: Redacted.Redacted, authorization: string): boolean => {
  const [, given] = scheme.exec(authorization) ?? []
  return given !== undefined && ConstantTime.equal(given, Redacted.value(token))
}

/** What is answered without the token, where it is asked for. */
export const unauthorized: HttpApp.Default = Effect.succeed(
  refusal(401, "Unauthorized", "send the token of HOLDFAST_API_TOKEN: Authorization: Bearer TOKEN", {
    "www-authenticate": 'Bearer realm="holdfast"'
  })
)

/** That wrong tokens are brought is said at once, and then once in so long. */
const quiet = Duration.toMillis(Duration.minutes(1))

/** Says who brought a token that is not the right one: somebody whose configuration is old, or somebody who guesses. */
const warner = () => {
  let untold = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return (from: Option.Option<string>): Effect.Effect<void> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      untold += 1
      if (now - toldAt < quiet) return Effect.void
      const times = untold === 1 ? "" : `, ${untold} times since it was last said`
      untold = 0
      toldAt = now
      const who = Option.getOrElse(from, () => "somebody")
      return Effect.logWarning(
        `${who} brought a token that is not that of HOLDFAST_API_TOKEN, and was told nothing${times}`
      )
    })
}

/** `known` answers whoever brings the token, `stranger` everybody else; that somebody brings a wrong one is logged. */
export const bearer = <E1, R1, E2, R2>(
  token: Redacted.Redacted,
  { known, stranger }: { readonly known: HttpApp.Default<E1, R1>; readonly stranger: HttpApp.Default<E2, R2> }
): HttpApp.Default<E1 | E2, R1 | R2> => {
  const warn = warner()
  return Effect.flatMap(
    HttpServerRequest.HttpServerRequest,
    ({ headers: { authorization }, remoteAddress }): HttpApp.Default<E1 | E2, R1 | R2> => {
      if (authorization === undefined) return stranger
      return bears(token, authorization) ? known : Effect.zipRight(warn(remoteAddress), stranger)
    }
  )
}
