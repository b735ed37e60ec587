import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { unanswered } from "../../adapter/Exchange.ts"
import { span } from "../../gateway/StatusLine.ts"

/** A receiver that takes longer than this is as good as none. */
const within = Duration.seconds(5)

/** What was sent, and when it was first not taken. */
interface Outage {
  readonly since: number
}

const told = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** A client that says once of each address that it does not take what is sent there, and once that it does again. */
export const make = (client: HttpClient.HttpClient): HttpClient.HttpClient => {
  const outages = new Map<string, Outage>()

  const lost = (url: string, cause: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (since) => {
      if (outages.has(url)) return Effect.void
      outages.set(url, { since })
      return Effect.logWarning(
        `${told(url)} takes no telemetry: ${cause}; what is meant for it is lost until it does, it is asked every minute, and nothing else depends on it`
      )
    })

  const taken = (url: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const outage = outages.get(url)
      if (outage === undefined || !outages.delete(url)) return Effect.void
      return Effect.logInfo(`${told(url)} takes telemetry again, after ${span(now - outage.since)}`)
    })

  return HttpClient.transform(client, (answer, request) =>
    answer.pipe(
      Effect.timeoutFail({
        duration: within,
        onTimeout: () =>
          new HttpClientError.RequestError({ request, reason: "Transport", description: "no answer in time" })
      }),
      Effect.tapBoth({
        onFailure: (error) =>
          lost(
            request.url,
            error._tag === "RequestError" && error.description !== undefined
              ? `no answer within ${Duration.format(within)}`
              : unanswered(error).cause
          ),
        onSuccess: ({ status }) =>
          status >= 200 && status < 300 ? taken(request.url) : lost(request.url, `it answers ${status}`)
      })
    )
  )
}
