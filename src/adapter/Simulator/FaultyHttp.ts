import * as Effect from "effect/Effect"
import { type Fault, type HttpAnswer, type HttpRequest, NoAnswer } from "../Simulator.ts"
import type { Armed } from "./Armed.ts"

/** Where `Refuse` leaves a caller: the code that Node reports for it. */
export const refusal = { refused: "ECONNREFUSED", dns: "ENOTFOUND", reset: "ECONNRESET" } as const

/** The faults that meet a request before its handler does: refused, never answered, or answered by someone else. */
export const meetFaults = (
  faults: Armed<Fault>,
  request: HttpRequest
): Effect.Effect<HttpAnswer | undefined, NoAnswer> =>
  Effect.suspend(() => {
    const refuse = faults.take("Refuse")
    if (refuse !== undefined) return new NoAnswer({ code: refusal[refuse.as] })
    const canned = faults.take("Answer", ({ path }) => request.url.pathname.includes(path ?? ""))
    if (canned === undefined) return Effect.succeed(undefined)
    const type = canned.type ?? (canned.body.startsWith("<") ? "text/html" : "application/json")
    return Effect.succeed({ status: canned.status, headers: { "content-type": type }, body: canned.body })
  })

/** A request handler with the faults of the network before and behind it. */
export const faultyHttp =
  (faults: Armed<Fault>, handle: (request: HttpRequest) => Effect.Effect<HttpAnswer, NoAnswer>) =>
  (request: HttpRequest): Effect.Effect<HttpAnswer, NoAnswer> =>
    Effect.gen(function* () {
      const canned = yield* meetFaults(faults, request)
      if (faults.take("Stall", ({ step }) => step === "http") !== undefined) return yield* Effect.never
      const lost =
        canned === undefined &&
        faults.take("LoseAnswer", ({ path }) => request.url.pathname.includes(path)) !== undefined
      const answer = canned ?? (yield* handle(request))
      if (lost) return yield* Effect.never
      const late = faults.find("Delay")
      if (late !== undefined) yield* Effect.sleep(late.millis)
      return answer
    })
