import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { NotServed, type WebhookAnswer, type WebhookRequest, type Webhooks } from "../Webhooks.ts"

/** How long whoever serves a path may take to answer. */
export const answerWithin = Duration.seconds(30)

/** Not now: a platform that is told this keeps what it posted, and posts it again. */
export const later: WebhookAnswer = { status: 503, headers: { "retry-after": "10" } }

type Handle = Parameters<Context.Tag.Service<Webhooks>["serve"]>[1]

/** Who serves which path, without a server: what a server asks, and what stands for one in memory. */
export interface Routes extends Context.Tag.Service<Webhooks> {
  /** The answer to a request of which nothing but its head is known; none when its body is worth reading. */
  readonly refusal: (request: Pick<WebhookRequest, "method" | "path">) => WebhookAnswer | undefined
  readonly answer: (request: WebhookRequest) => Effect.Effect<WebhookAnswer>
}

export const make: Effect.Effect<Routes> = Effect.sync(() => {
  const serving = new Map<string, Handle>()
  /** whoever served these may be back soon: a line that is being replaced must not lose what is posted meanwhile */
  const served = new Set<string>()

  const refusal: Routes["refusal"] = ({ method, path }) => {
    if (!served.has(path)) return { status: 404 }
    if (method !== "POST") return { status: 405, headers: { allow: "POST" } }
    return serving.has(path) ? undefined : later
  }

  return {
    serve: (path, handle) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (serving.has(path))
            return new NotServed({ cause: "its path is served already, for another account: give it one of its own" })
          serving.set(path, handle)
          served.add(path)
          return Effect.void
        }),
        () => Effect.sync(() => serving.delete(path))
      ),
    refusal,
    answer: (request) =>
      Effect.suspend(() => {
        const handle = serving.get(request.path)
        const refused = refusal(request)
        if (handle === undefined || refused !== undefined) return Effect.succeed(refused ?? later)
        return handle(request).pipe(
          Effect.timeoutTo({ duration: answerWithin, onSuccess: (answer) => answer, onTimeout: () => later }),
          Effect.catchAllCause((cause) =>
            Effect.as(Effect.logError("a webhook's handler failed", cause), { status: 500 })
          )
        )
      })
  }
})
