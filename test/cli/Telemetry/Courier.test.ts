import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, TestClock } from "effect"
import * as Courier from "../../../src/cli/Telemetry/Courier.ts"

type Fate = number | "refuses" | "hangs"

/** Sends something to each address, a minute apart, where it meets its fate; what is logged meanwhile. */
const sent = (...posts: ReadonlyArray<readonly [url: string, fate: Fate]>) => {
  const logged: Array<string> = []
  const fates = posts.map(([, fate]) => fate)
  const client = HttpClient.make((request) => {
    const fate = fates.shift() ?? 200
    if (fate === "hangs") return Effect.never
    if (fate === "refuses")
      return new HttpClientError.RequestError({
        request,
        reason: "Transport",
        cause: Object.assign(new Error("connect to sesame"), { code: "ECONNREFUSED" })
      })
    return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(null, { status: fate })))
  })
  const courier = Courier.make(client)
  return Effect.forEach(posts, ([url]) =>
    Effect.gen(function* () {
      const sending = yield* Effect.fork(Effect.exit(courier.execute(HttpClientRequest.post(url))))
      yield* TestClock.adjust("1 minute")
      return Exit.isSuccess(yield* Fiber.join(sending))
    })
  ).pipe(
    Effect.provide(
      Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ logLevel, message }) => void logged.push(`${logLevel.label} ${String(message)}`))
      )
    ),
    Effect.map((arrived) => ({ logged, arrived }))
  )
}

const url = "http://sesame:sesame@collector.example:4318/v1/traces?key=sesame"
const other = "http://collector.example:4318/v1/logs"

describe("Courier", () => {
  it.effect("says nothing while all is well", () =>
    Effect.gen(function* () {
      expect(yield* sent([url, 200], [url, 204])).toEqual({ logged: [], arrived: [true, true] })
    })
  )

  it.effect("says once that nobody takes it, however long, and once when it is over", () =>
    Effect.gen(function* () {
      const { logged } = yield* sent([url, "refuses"], [url, 503], [url, "refuses"], [url, 200], [url, 200])
      expect(logged).toEqual([
        expect.stringMatching(/^WARN http:\/\/collector\.example:4318\/v1\/traces takes no telemetry: .*ECONNREFUSED/),
        "INFO http://collector.example:4318/v1/traces takes telemetry again, after 3m"
      ])
    })
  )

  it.effect("gives up a receiver that never answers, so that nothing piles up behind it (F71)", () =>
    Effect.gen(function* () {
      const { arrived, logged } = yield* sent([url, "hangs"])
      expect(arrived).toEqual([false])
      expect(logged).toEqual([expect.stringContaining("no answer within 5s")])
    })
  )

  it.effect("tells one receiver from another", () =>
    Effect.gen(function* () {
      const { logged } = yield* sent([url, 200], [other, 404], [url, 200], [other, 404])
      expect(logged).toEqual([expect.stringContaining("/v1/logs takes no telemetry: it answers 404")])
    })
  )

  it.effect("never says a secret that is part of the address, or what a client's own error says", () =>
    Effect.gen(function* () {
      const { logged } = yield* sent([url, "refuses"], [url, 500], [url, 200])
      expect(logged.join("\n")).not.toContain("sesame")
    })
  )
})
