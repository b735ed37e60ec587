import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { Effect, Schema, type Scope, Stream } from "effect"
import { AccountStatus } from "../../src/gateway/Status.ts"
import { decode, type Told } from "../../src/adapter/EventStream.ts"

const One = Schema.decodeUnknownSync(Schema.parseJson(AccountStatus))
const All = Schema.decodeUnknownSync(Schema.parseJson(Schema.Array(AccountStatus)))

/** What a page knows that listens to what is told as it happens: the last word of each account. */
export const watching = (
  app: HttpApp.Default<unknown>
): Effect.Effect<ReadonlyMap<string, AccountStatus>, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const known = new Map<string, AccountStatus>()
    const take = ({ data, event }: Told) => {
      const news = event === "snapshot" ? All(data) : event === "status" ? [One(data)] : []
      for (const status of news) known.set(status.account, status)
    }
    const request = HttpServerRequest.fromWeb(new Request("http://holdfast/live"))
    const { body } = yield* Effect.provideService(app, HttpServerRequest.HttpServerRequest, request)
    if (body._tag !== "Stream") return yield* Effect.dieMessage(`the answer is no stream: ${body._tag}`)
    yield* Effect.forkScoped(Stream.runForEach(decode(body.stream), (told) => Effect.sync(() => take(told))))
    return known
  })
