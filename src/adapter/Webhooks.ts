import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/** What a platform posted to us. Header names are in lower case. */
export interface WebhookRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** as it came: signatures are made over these very bytes */
  readonly body: Uint8Array
}

export interface WebhookAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, where there is one */
  readonly body?: string
}

/** Nothing can be posted to us: the server does not listen, or the path is taken. */
export class NotServed extends Data.TaggedError("NotServed")<{ readonly cause: string }> {
  override get message(): string {
    return this.cause
  }
}

/** The one HTTP server of the process, as platforms see it: it begins to listen when the first path is served. */
export class Webhooks extends Context.Tag("holdfast/Webhooks")<
  Webhooks,
  {
    /**
     * Hands what is posted to `path` to `handle`, for as long as the scope lives, and from then on answers 503 until somebody
     * serves it again. Bodies of more than 1 MB are answered 413 before that, other paths 404, other methods 405; a `handle`
     * that takes longer than 30 s is answered 503.
     */
    readonly serve: (
      path: string,
      handle: (request: WebhookRequest) => Effect.Effect<WebhookAnswer>
    ) => Effect.Effect<void, NotServed, Scope.Scope>
  }
>() {
  /** For programs whose accounts need no webhooks: there is no server. */
  static readonly layerNone: Layer.Layer<Webhooks> = Layer.succeed(Webhooks, {
    serve: () => new NotServed({ cause: "there is no HTTP server to be posted to" })
  })
}
